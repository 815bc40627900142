"""PostgreSQL's COPY, from rows that are made while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import DatabaseError, connection, models, transaction

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_CHUNK = 65_536


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Copy lines of PostgreSQL's text format, each with its line end, into a table, holding no more than a chunk of them.

    What raises while a line is made comes out as it is, and nothing was copied.
    """
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    stream = _Stream(iter(lines))
    try:
        with transaction.atomic(), connection.cursor() as cursor, connection.wrap_database_errors:
            # Django's cursor hands unknown attributes to psycopg's, which has COPY, and leaves its errors as they are.
            cast(Any, cursor).copy_expert(f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN", stream, _CHUNK)
    except DatabaseError:
        # psycopg tells of a stream that broke only that it broke.
        if stream.error is not None:
            raise stream.error from None
        raise


def copy_rows(model: type[models.Model], rows: Sequence[models.Model], *, without: Sequence[str] = ()) -> None:
    """Copy unsaved rows of a model into its table: what ``bulk_create`` does, many times as fast.

    Rows without a primary key get one from the table; fields named in ``without`` get the column's own default or null. Only plain
    values can be copied; an encrypted field is refused.
    """
    if not rows:
        return
    own = [each for each in model._meta.concrete_fields if each.name not in without]
    fields = [each for each in own if not (each.primary_key and rows[0].pk is None)]
    if any(not type(each).__module__.startswith("django.db.models.") for each in fields):
        raise TypeError(f"{model.__name__} has fields that are stored otherwise than they read")
    columns = [_texts([getattr(row, each.attname) for row in rows]) for each in fields]
    lines = ("\t".join(line) + "\n" for line in zip(*columns, strict=True))
    copy_lines(model._meta.db_table, [str(each.column) for each in fields], lines)


def _texts(column: list[Any]) -> list[str]:
    """Return a column's values as PostgreSQL's text format writes them. Most columns repeat few values: each is written once."""
    written = {value: _text(value) for value in set(column)}
    return [written[value] for value in column]


def _text(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} cannot be copied")


class _Stream:
    """What psycopg reads from: as many lines at a time as make a chunk."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.error: Exception | None = None

    def read(self, _size: int = _CHUNK) -> str:
        """Return some lines, or nothing at the end. psycopg takes more than it asked for."""
        chunk: list[str] = []
        length = 0
        try:
            for line in self._lines:
                chunk.append(line)
                length += len(line)
                if length >= _CHUNK:
                    break
        except Exception as error:
            self.error = error
            raise
        return "".join(chunk)
