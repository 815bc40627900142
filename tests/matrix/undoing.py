"""Takes back what one call changed, and tells what that was."""

from __future__ import annotations

from django.db import connection

# The database's own count of rows written in this transaction, by table; what was rolled back to a savepoint stays in it.
_WRITTEN = """
    SELECT relname,
           pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""

Written = dict[str, int]


class Undo:
    """One savepoint for many calls: rolling back to it costs one statement and leaves it standing.

    To what runs after it this is a test's own transaction, in which blocks that must be outermost are allowed.
    """

    def __init__(self) -> None:
        self._written: Written | None = None

    def before(self) -> Written:
        """Return what was written so far; whatever was made since the last call is kept from now on."""
        if self._written is None:
            with connection.cursor() as cursor:
                cursor.execute("SAVEPOINT before_each_call")
            self._written = _written()
        return self._written

    def forget(self) -> None:
        """Say that rows were made that shall stay."""
        if self._written is not None:
            with connection.cursor() as cursor:
                cursor.execute("RELEASE SAVEPOINT before_each_call")
        self._written = None

    def back_to(self, before: Written) -> Written:
        """Take everything back and return how many rows were written to each table."""
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT before_each_call")
        connection.needs_rollback = False
        connection.run_on_commit.clear()
        self._written = _written()
        return {table: count - before.get(table, 0) for table, count in self._written.items() if count != before.get(table, 0)}


def _written() -> Written:
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        return dict(cursor.fetchall())
