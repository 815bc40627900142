"""What is sealed: every timeline, and both logs of the audit. Each source knows how to tell a row's commitment from the row itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import connection, models, transaction

from foundation.audit.models import AccessEntry, AuditEntry
from foundation.progress.chain import moment_text
from foundation.progress.content_sql import CONTENT, MOMENT
from foundation.progress.models import TimelineEntry

# Deeds that belong to no bureau, such as loading the table of roles, have a chain of their own.
NO_BUREAU: Final = "000000"
# As docs/personal-data.md promises; what the log knows of a look is its salted hash, which says nothing once the look is gone.
LOOKS_KEPT: Final = timedelta(days=3 * 365)
_AT_ONCE: Final = 5000
ENTRY_COLUMNS: Final = ("id", *(field.name for field in TimelineEntry._meta.local_fields if not field.primary_key))
# What is told in place of a JSON column's content. It is filled where ``"column":"?"`` stands, which no text can contain unescaped.
HOLE: Final = "?"
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


# A row as the log knows it: its id, its bureau, and its commitment in hex. A million of them are only tuples.
Row = tuple[int, str, str]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A sealed table. ``kind`` is what its records are called in the log; rows are deleted after ``kept_for`` or never."""

    kind: str
    model: type[models.Model]
    kept_for: timedelta | None = None

    @property
    def table(self) -> str:
        """The table's name."""
        return self.model._meta.db_table

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """Return the rows with these ids that exist, in order, with the commitment that the sealer puts into the log."""
        raise NotImplementedError

    def leaf_of(self, row: str) -> str:
        """Return the SQL that joins a row's leaf to it; named with a parameter of its own, the kind."""
        return f"LEFT JOIN transparency_leaf leaf ON leaf.kind = %s AND leaf.row_id = {row}.id"


@dataclass(frozen=True, kw_only=True)
class Timeline(Source):
    """A service's timeline: an entry's own hash, which is salted and covers all of it, is the commitment."""

    model: type[TimelineEntry]

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """Take each entry's hash as it stands; the verifier is who computes it anew."""
        # One long text a column: a driver that makes objects of a million rows takes longer than all hashing.
        told = ("entry.id::text", "matter.bureau_code", "encode(entry.hash, 'hex')")
        columns = ", ".join(f"coalesce(string_agg({each}, ' ' ORDER BY entry.id), '')" for each in told)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} {self._joined} WHERE entry.id = ANY(%s)", [list(ids)])
            row_ids, bureaus, commitments = (str(each).split() for each in cursor.fetchone() or ("", "", ""))
        return list(zip(map(int, row_ids), bureaus, commitments, strict=True))

    @property
    def matter(self) -> tuple[str, str]:
        """The table of the matters, and the entries' column that names one."""
        field: Any = self.model._meta.get_field(self.model.MATTER)
        return field.related_model._meta.db_table, field.column

    @property
    def _joined(self) -> str:
        table, column = self.matter
        return f"FROM {self.table} entry JOIN {table} matter ON matter.id = entry.{column}"

    def told_entries(self, within: range | None = None) -> Iterator[Sequence[Any]]:
        """Yield entries, matter by matter, in order; ``within`` keeps to the matters with these ids. What is said PostgreSQL tells.

        A row holds the matter's id, bureau, length and head in hex, the entry's id, number, salt, both hashes in hex and content, then the
        commitment and the bureau that were sealed.
        """
        condition = "WHERE matter.id BETWEEN %s AND %s" if within else ""
        sql = (
            "SELECT matter.id, matter.bureau_code, matter.progress_length, encode(matter.progress_head, 'hex'), "
            "entry.id, entry.sequence, entry.salt, encode(entry.previous_hash, 'hex'), encode(entry.hash, 'hex'), content.text, "
            "encode(leaf.commitment, 'hex'), leaf.bureau_code "
            f"{self._joined} {self.leaf_of('entry')} CROSS JOIN LATERAL ({CONTENT}) AS content {condition} "
            "ORDER BY matter.id, entry.sequence"
        )
        return streamed(sql, [self.kind, *((within.start, within.stop - 1) if within else ())])

    def sealed_entries(self, matter_id: int) -> Sequence[Sequence[Any]]:
        """Return the entries of a matter in order, as they are now.

        A row holds the columns of a timeline, then the matter's id, bureau, reference, length and head, then the commitment and the
        bureau that were sealed.
        """
        columns = ", ".join(f"entry.{name}" for name in ENTRY_COLUMNS)
        sql = (
            f"SELECT {columns}, matter.id, matter.bureau_code, matter.reference, matter.progress_length, matter.progress_head, "
            f"encode(leaf.commitment, 'hex'), leaf.bureau_code {self._joined} {self.leaf_of('entry')} "
            f"WHERE matter.id = %s ORDER BY entry.sequence"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.kind, matter_id])
            rows: list[Sequence[Any]] = cursor.fetchall()
        return rows


@dataclass(frozen=True, kw_only=True)
class AuditLog(Source):
    """A log of the audit: the commitment is the hash of a salt that the database drew and of everything that the row says.

    A column that says nothing is left out, so that one which is added later leaves what was sealed before as it was.
    """

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """Compute the commitments of these rows."""
        with connection.cursor() as cursor:
            cursor.execute(f"{self._select} WHERE log.id = ANY(%s) ORDER BY log.id", [list(ids)])
            return [self._row(values) for values in cursor.fetchall()]

    def sealed_rows(self, row_id: int) -> Iterator[tuple[Row, str | None, str | None]]:
        """Yield the row with that id as it is now, beside the commitment and the bureau that were sealed."""
        of_leaf = ", encode(leaf.commitment, 'hex'), leaf.bureau_code "
        sql = self._select.replace(" FROM ", of_leaf + "FROM ") + f" {self.leaf_of('log')} WHERE log.id = %s"
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.kind, row_id])
            for *values, sealed, sealed_in in cursor.fetchall():
                yield self._row(values), sealed, sealed_in

    def told_rows(self, within: range | None = None) -> Iterator[Sequence[Any]]:
        """Yield every row, or those with ids in a range. What is said PostgreSQL tells.

        A row holds its id, its bureau, its salt, its content, what its JSON columns hold, then the commitment and the bureau that were
        sealed. Within the content :data:`HOLE` stands for what is in a JSON column, which PostgreSQL would write in another way.
        """
        condition = "WHERE log.id BETWEEN %s AND %s " if within else ""
        holes = ", ".join(f'log."{column}"::text' for column in self.json_columns)
        sql = (
            f"SELECT log.id, log.bureau_code, log.seal_salt::text, json_strip_nulls(row_to_json(said))::text, "  # noqa: S608 - our own columns
            f"ARRAY[{holes}]::text[], encode(leaf.commitment, 'hex'), leaf.bureau_code FROM {self.table} log {self.leaf_of('log')} "
            f"CROSS JOIN LATERAL (SELECT {', '.join(self._told)}) AS said {condition}ORDER BY log.id"
        )
        return streamed(sql, [self.kind, *((within.start, within.stop - 1) if within else ())])

    @property
    def json_columns(self) -> Sequence[str]:
        """The columns that hold JSON, in the order of the content."""
        return sorted(_json_columns_of(self.model))

    @property
    def _told(self) -> Iterator[str]:
        """What is told of each column, in the order of the content; an empty one is told as null, which is left out."""
        told = {"id": "log.id", "log": f"'{self.kind}'", "v": "1"}
        for field in self.model._meta.concrete_fields:
            column = f'log."{field.column}"'
            if isinstance(field, models.JSONField):
                told[str(field.column)] = f"CASE WHEN {column}::text NOT IN ('{{}}', '[]', '\"\"', 'null') THEN '{HOLE}' END"
            elif isinstance(field, models.DateTimeField):
                told[str(field.column)] = MOMENT.format(column)
            elif not field.primary_key:
                told[str(field.column)] = f"nullif({column}, '')" if isinstance(field, models.CharField | models.TextField) else column
        return (f'{said} AS "{name}"' for name, said in sorted(told.items()))

    @property
    def _select(self) -> str:
        columns = ", ".join(f'log."{column}"' for column in self._columns)
        return f"SELECT log.id, log.bureau_code, log.seal_salt::text, {columns} FROM {self.table} log"  # noqa: S608 - names of our own columns

    @property
    def _columns(self) -> tuple[str, ...]:
        return _columns_of(self.model)

    def _row(self, values: Sequence[Any]) -> Row:
        row_id, bureau, salt, *said = values
        content = {"v": 1, "log": self.kind, "id": row_id} | said_values(zip(self._columns, said, strict=True), self.json_columns)
        return row_id, bureau or NO_BUREAU, salted(salt, canonical(content))


def salted(salt: str, text: str) -> str:
    """Return the commitment to a row of a log: the hash in hex of its salt, a UUID as PostgreSQL writes it, and of what it says."""
    return hashlib.sha256(bytes.fromhex(salt.replace("-", "")) + text.encode()).hexdigest()


@cache
def _columns_of(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(str(field.column) for field in model._meta.concrete_fields if not field.primary_key)


@cache
def _json_columns_of(model: type[models.Model]) -> frozenset[str]:
    return frozenset(str(field.column) for field in model._meta.concrete_fields if isinstance(field, models.JSONField))


def said_values(columns: Iterable[tuple[str, Any]], json_columns: Container[str] = ()) -> dict[str, Any]:
    """Return what is canonical of a row's columns: those that say something, each in the one way in which it is written."""
    said = {}
    for name, value in columns:
        if type(value) is str and name not in json_columns:
            if value:
                said[name] = value
            continue
        read = json.loads(value) if name in json_columns and isinstance(value, str) else value
        if read not in (None, "", [], {}):
            said[name] = _canonical_value(read)
    return said


def _canonical_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if isinstance(value, str | int | float | list | dict) else str(value)


def streamed(sql: str, parameters: Sequence[Any] = ()) -> Iterator[Sequence[Any]]:
    """Yield the rows of a query in constant memory."""
    with transaction.atomic(), closing(connection.chunked_cursor()) as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


@cache
def sources() -> dict[str, Source]:
    """Return every sealed table by its kind."""
    timelines = [Timeline(kind=model.MATTER, model=model) for model in apps.get_models() if issubclass(model, TimelineEntry)]
    logs = [AuditLog(kind="deed", model=AuditEntry), AuditLog(kind="look", model=AccessEntry, kept_for=LOOKS_KEPT)]
    return {source.kind: source for source in (*timelines, *logs)}
