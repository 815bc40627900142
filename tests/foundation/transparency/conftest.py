"""A sealed log, small, and who plays its enemies."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from foundation.transparency.operations.seal import seal_all


@pytest.fixture
def seal(now):
    """Seal and publish everything that waits."""
    return lambda at=None: seal_all(now=at or now)


@pytest.fixture
def command():
    """Run a management command and return what it says."""

    def run(*arguments, **options):
        out = io.StringIO()
        call_command(*arguments, stdout=out, stderr=out, **options)
        return out.getvalue()

    return run
