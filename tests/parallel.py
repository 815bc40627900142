"""Many callers at the same moment, each with a database connection of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connections


def in_parallel(work, count, threads=16):
    """Return ``work(0) ... work(count - 1)``, called by so many threads at once. For tests with real transactions."""

    def with_own_connection(number):
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(with_own_connection, range(count)))
