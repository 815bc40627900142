"""Where an archive waits between being read and becoming cases: temporary tables, so that memory stays flat however long it is.

They belong to one database session and vanish with it, also when the command is killed: a second run reads the files again and finds
in the hall what the first had finished. PgBouncer must therefore not stand between this command and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.db import connection

from cases.imports.copying import copy_lines
from cases.imports.police_uk import ArchiveRow, FileKind

_TABLES = {FileKind.CRIMES: "import_crime", FileKind.OUTCOMES: "import_outcome"}
_COLUMNS = ("crime_id", "month", "meaning", "file", "line")
_COLUMN_TYPES = 'crime_id text COLLATE "C", month text COLLATE "C", meaning smallint, file integer, line integer'
_DROP = "DROP TABLE IF EXISTS pg_temp.import_crime, pg_temp.import_outcome, pg_temp.import_case, pg_temp.import_step"

# Of a crime that stands in the files twice, the earliest row counts: a rule that does not depend on the order of the files. Cases are
# written month by month, so that indexes grow at one end and each month is done with after few batches.
_PLAN_CASES = """
    CREATE TEMP TABLE import_case AS
    SELECT (row_number() OVER (ORDER BY month NULLS LAST, crime_id))::integer - 1 AS position, found.*
    FROM (
        (SELECT DISTINCT ON (crime_id) * FROM import_crime ORDER BY crime_id, month, meaning, file, line)
        UNION ALL
        SELECT DISTINCT outcome.crime_id, NULL, NULL::smallint, NULL::integer, NULL::integer
        FROM import_outcome AS outcome
        JOIN cases_case AS known ON known.bureau_code = %(bureau)s AND known.source = %(source)s AND known.source_case_id = outcome.crime_id
        WHERE NOT EXISTS (SELECT FROM import_crime AS crime WHERE crime.crime_id = outcome.crime_id)
    ) AS found
"""

# Equal rows are numbered within their file, for each stands for one accused person; the same file given twice numbers them alike.
_PLAN_STEPS = """
    CREATE TEMP TABLE import_step AS
    SELECT DISTINCT ON (position, month, meaning, occurrence) position, outcome.*
    FROM (
        SELECT *, row_number() OVER (PARTITION BY crime_id, month, meaning, file ORDER BY line)::integer AS occurrence FROM import_outcome
    ) AS outcome
    JOIN (SELECT crime_id, position FROM import_case) AS planned USING (crime_id)
    ORDER BY position, month, meaning, occurrence, file, line
"""

_DUPLICATE_CRIMES = """
    SELECT row.crime_id, row.file, row.line FROM import_crime AS row JOIN import_case AS kept USING (crime_id)
    WHERE (row.file, row.line) <> (kept.file, kept.line) ORDER BY row.file, row.line
"""
_DUPLICATE_OUTCOMES = """
    SELECT row.crime_id, row.file, row.line FROM import_outcome AS row JOIN import_case USING (crime_id)
    WHERE NOT EXISTS (
        SELECT FROM import_step AS kept WHERE kept.position = import_case.position AND (kept.file, kept.line) = (row.file, row.line)
    )
    ORDER BY row.file, row.line
"""
_WITHOUT_CASE = """
    SELECT row.crime_id, row.file, row.line FROM import_outcome AS row
    WHERE NOT EXISTS (SELECT FROM import_case WHERE import_case.crime_id = row.crime_id) ORDER BY row.file, row.line
"""


@dataclass(frozen=True, slots=True)
class StagedStep:
    """One outcome of a planned case; ``meaning`` is its place in the table of steps."""

    month: str
    meaning: int
    occurrence: int
    file: int
    line: int


@dataclass(frozen=True, slots=True)
class StagedCase:
    """One case to write. ``month`` and ``category`` are ``None`` if only the hall knows the crime, not the files."""

    crime_id: str
    month: str | None
    category: int | None
    steps: tuple[StagedStep, ...]


class Staging:
    """The tables, for as long as the ``with`` block lasts."""

    def __enter__(self) -> Self:
        with connection.cursor() as cursor:
            cursor.execute(_DROP)
            for table in _TABLES.values():
                cursor.execute(f"CREATE TEMP TABLE {table} ({_COLUMN_TYPES})")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # After an error the connection may be gone, and the tables with it.
        if kind is None:
            with connection.cursor() as cursor:
                cursor.execute(_DROP)

    def add(self, kind: FileKind, rows: Iterable[ArchiveRow], *, file: int) -> None:
        """Take the rows of one file; ``file`` is its number."""
        lines = (f"{row.crime_id}\t{row.month}\t{row.meaning}\t{file}\t{row.line}\n" for row in rows)
        copy_lines(_TABLES[kind], _COLUMNS, lines)

    def plan(self, *, bureau_code: str, source: str) -> int:
        """Put all rows in the order in which they are written; return how many cases that makes."""
        with connection.cursor() as cursor:
            # The planner knows nothing of a new table, and would join a million rows in nested loops.
            cursor.execute("ANALYZE import_crime, import_outcome")
            cursor.execute(_PLAN_CASES, {"bureau": bureau_code, "source": source})
            cursor.execute("CREATE INDEX ON import_case (position)")
            cursor.execute("CREATE INDEX ON import_case (crime_id)")
            cursor.execute("ANALYZE import_case")
            cursor.execute(_PLAN_STEPS)
            cursor.execute("CREATE INDEX ON import_step (position)")
            cursor.execute("ANALYZE import_step")
            cursor.execute("SELECT count(*) FROM import_case")
            return int(cursor.fetchone()[0])

    def cases(self, *, first: int, count: int) -> list[StagedCase]:
        """Return some of the planned cases with their outcomes, in order."""
        span = [first, first + count]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT position, month, meaning, occurrence, file, line FROM import_step WHERE position >= %s AND position < %s"
                " ORDER BY position, month, meaning, occurrence",
                span,
            )
            steps: dict[int, list[StagedStep]] = {}
            for position, *step in cursor.fetchall():
                steps.setdefault(position, []).append(StagedStep(*step))
            cursor.execute(
                "SELECT position, crime_id, month, meaning FROM import_case WHERE position >= %s AND position < %s ORDER BY position", span
            )
            return [StagedCase(crime, month, category, tuple(steps.get(at, ()))) for at, crime, month, category in cursor.fetchall()]

    def duplicates(self) -> Iterator[tuple[str, int, int]]:
        """Yield crime, file and line of rows that say what another row of the files says already."""
        yield from _stream(_DUPLICATE_CRIMES)
        yield from _stream(_DUPLICATE_OUTCOMES)

    def without_case(self) -> Iterator[tuple[str, int, int]]:
        """Yield crime, file and line of outcomes whose crime is neither in the files nor in the hall."""
        yield from _stream(_WITHOUT_CASE)


def _stream(sql: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows through a cursor on the server, which holds them in place of this process."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(2000):
            yield from rows
