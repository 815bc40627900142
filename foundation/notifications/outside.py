"""Asking other people's servers without holding anything of the hall's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def without_database() -> Iterator[None]:
    """Give the connection back while somebody else's server is asked: a provider that hangs must not hold what the hall needs.

    Raises ``RuntimeError`` inside a transaction, which would stay open all the while; tests that run in one go on.
    """
    if not connection.in_atomic_block:
        connection.close()
    elif not all(getattr(each, "_from_testcase", False) for each in connection.atomic_blocks):
        raise RuntimeError("a provider is not asked inside a transaction")
    yield
