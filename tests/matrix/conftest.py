"""Many thousand calls in one test: what costs something at each of them is switched off, for other tests look after it."""

from __future__ import annotations

import logging

import pytest

from tests.matrix.world import World


@pytest.fixture
def no_n_plus_one():
    """The same page is asked for again and again, which is what the watch for repeated queries complains of."""


@pytest.fixture
def world(roles, sign_in, caplog):
    caplog.set_level(logging.CRITICAL)
    return World(roles=roles, sign_in=sign_in)
