"""Every row against its record: as it was sealed, none missing, none that was never sealed."""

from __future__ import annotations

import hashlib
import json
from collections import namedtuple
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db import DataError, connection

from foundation.progress.chain import GENESIS
from foundation.progress.models import TimelineEntry
from foundation.progress.verify import check_entries
from foundation.transparency.protection import LONGEST_WAIT, longest_wait
from foundation.transparency.sources import ENTRY_COLUMNS, HOLE, NO_BUREAU, AuditLog, Source, Timeline, canonical, salted, sources, streamed
from foundation.transparency.verification.findings import Finding

_NEVER_SEALED: Final = "was never given to the sealer: it was put in behind the hall's back"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a source: timelines of the matters with ids in ``matters``, or rows of a log; and records of rows in ``rows``."""

    rows: range
    matters: range | None = None


class _Matter(NamedTuple):
    id: int
    bureau_code: str
    reference: str
    progress_length: int
    progress_head: Any


# A row of a timeline with the content of a model's instance, and without its cost for each of a million.
_Columns: Any = namedtuple("_Columns", (*ENTRY_COLUMNS, "sealed", "sealed_in"))  # type: ignore[misc]  # the model's columns
_Entry: Any = type("_Entry", (_Columns,), {"__slots__": (), "content": TimelineEntry.content})


def check_source(source: Source, *, now: datetime, part: Part | None = None) -> Iterator[Finding | int]:
    """Yield what is wrong with the rows of a source, and from time to time how many more were looked at."""
    if isinstance(source, Timeline):
        yield from check_timelines(source, part)
    elif isinstance(source, AuditLog):
        yield from _check_log(source, part)
    yield from _check_missing(source, now, part)


def check_waiting() -> Iterator[Finding]:
    """Yield that rows wait too long for their seal, if they do."""
    waits = longest_wait()
    if waits > LONGEST_WAIT:
        yield Finding(where="sealing", what=f"rows wait for {round(waits.total_seconds())} s to be sealed and published")


def _waiting(source: Source) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(row_ids) FROM transparency_pending WHERE kind = %s", [source.kind])
        return {row_id for (row_id,) in cursor.fetchall()}


def check_timelines(source: Timeline, part: Part | None = None) -> Iterator[Finding | int]:
    """Yield what is wrong with timelines, each against itself, its matter and the log."""
    waiting = _waiting(source)
    for matter_id, listed in groupby(source.told_entries(part.matters if part else None), key=itemgetter(0)):
        entries = list(listed)
        if not is_as_sealed(entries, waiting):
            yield from _look_closely(_timeline_findings(source, matter_id, waiting), where=f"{source.kind} {matter_id}")
        yield len(entries)
    yield from _check_emptied(source, part)


def is_as_sealed(entries: Sequence[Sequence[Any]], waiting: Container[int] = ()) -> bool:
    """Whether a timeline is as it was sealed; given are all its entries as :meth:`Timeline.told_entries` tells them.

    ``False`` may also be said of one that is told in other words than it was sealed by, never ``True`` of one that was changed: what
    PostgreSQL tells must lead to the hash.
    """
    sha256, head = hashlib.sha256, GENESIS
    for number, entry in enumerate(entries, start=1):
        _matter, bureau, length, last, entry_id, sequence, salt, previous, sealed, text, logged, logged_in = entry
        is_logged = (logged, logged_in) == (sealed, bureau) or (logged is None and entry_id in waiting)
        if sequence != number or previous != head.hex() or not is_logged:
            return False
        head = sha256(head + sha256(bytes(salt) + text.encode()).digest()).digest()
        if head.hex() != sealed:
            return False
    return (len(entries), head.hex()) == (length, last)


def _look_closely(findings: Iterator[Finding], *, where: str) -> Iterator[Finding]:
    """Yield findings; what somebody has made so odd that it cannot even be read is one."""
    try:
        yield from findings
    except (ValueError, OverflowError, RecursionError, DataError) as error:
        yield Finding(where=where, what=f"cannot be read: {error}")


def _timeline_findings(source: Timeline, matter_id: int, waiting: Container[int]) -> Iterator[Finding]:
    """Yield what is wrong with a timeline, entry by entry and by the words by which it was sealed."""
    width = len(ENTRY_COLUMNS)
    listed = list(source.sealed_entries(matter_id))
    matter = _Matter(*listed[0][width:-2])
    entries = [_Entry(*row[:width], *row[-2:]) for row in listed]
    for wrong in check_entries(matter=matter, entries=entries):
        yield Finding(where=f"{wrong.matter} entry {wrong.sequence}", what=wrong.what)
    for entry in entries:
        seal = (entry.sealed, entry.sealed_in)
        if entry.sealed is None:
            if entry.id not in waiting:
                yield Finding(where=f"{matter.reference} entry {entry.sequence}", what=_NEVER_SEALED)
        elif seal != (bytes(entry.hash).hex(), matter.bureau_code):
            yield Finding(where=f"{matter.reference} entry {entry.sequence}", what="is not what the log says was written")


def _check_emptied(source: Timeline, part: Part | None) -> Iterator[Finding]:
    """Matters that say they have a timeline and have none at all."""
    table, column = source.matter
    condition = "AND matter.id BETWEEN %s AND %s" if part and part.matters else ""
    sql = (
        f"SELECT matter.reference FROM {table} matter WHERE progress_length > 0 "  # noqa: S608 - names of our own tables
        f"AND NOT EXISTS (SELECT FROM {source.table} entry WHERE entry.{column} = matter.id) {condition} ORDER BY matter.id"
    )
    for (reference,) in streamed(sql, [part.matters.start, part.matters.stop - 1] if part and part.matters else []):
        yield Finding(where=reference, what="every entry is gone")


def _check_log(source: AuditLog, part: Part | None) -> Iterator[Finding | int]:
    waiting = _waiting(source)
    for row in source.told_rows(part.rows if part else None):
        if not is_as_logged(source, row, waiting):
            yield from _look_closely(_row_findings(source, row[0], waiting), where=f"{source.kind} {row[0]}")
        yield 1


def is_as_logged(source: AuditLog, row: Sequence[Any], waiting: Container[int] = ()) -> bool:
    """Whether a row of the audit is as it was sealed, given as :meth:`AuditLog.told_rows` tells it; ``False`` as of a timeline."""
    row_id, bureau, salt, text, holes, sealed, sealed_in = row
    if sealed is None:
        return row_id in waiting
    for column, value in zip(source.json_columns, holes, strict=True):
        try:
            text = text.replace(f'"{column}":"{HOLE}"', f'"{column}":{canonical(json.loads(value))}') if value else text
        except (ValueError, RecursionError):
            return False
    return (sealed, sealed_in) == (salted(salt, text), bureau or NO_BUREAU)


def _row_findings(source: AuditLog, row_id: int, waiting: Container[int]) -> Iterator[Finding]:
    """Yield what is wrong with a row, by the words by which it was sealed."""
    for row, sealed, sealed_in in source.sealed_rows(row_id):
        _id, bureau, commitment = row
        if sealed is None:
            if row_id not in waiting:
                yield Finding(where=f"{source.kind} {row_id}", what=_NEVER_SEALED)
        elif (sealed, sealed_in) != (commitment, bureau):
            yield Finding(where=f"{source.kind} {row_id}", what="was changed after it was sealed")


def _check_missing(source: Source, now: datetime, part: Part | None) -> Iterator[Finding]:
    """Records whose row is gone. Of a kind that is deleted after a term only those that are younger."""
    condition = "AND leaf.row_id BETWEEN %s AND %s" if part else ""
    sql = (
        f"SELECT leaf.index, leaf.row_id, (SELECT at FROM transparency_sealedcheckpoint WHERE size > leaf.index ORDER BY size LIMIT 1) "  # noqa: S608
        f"FROM transparency_leaf leaf LEFT JOIN {source.table} row ON row.id = leaf.row_id "
        f"WHERE leaf.kind = %s AND row.id IS NULL {condition} ORDER BY leaf.index"
    )
    for index, row_id, sealed_at in streamed(sql, [source.kind, *((part.rows.start, part.rows.stop - 1) if part else ())]):
        if source.kept_for is None or (sealed_at and now - sealed_at < source.kept_for):
            yield Finding(where=f"{source.kind} {row_id}", what=f"was removed after it was sealed (leaf {index})")


def check_unknown() -> Iterator[Finding]:
    """Yield records of kinds that the hall does not have."""
    sql = "SELECT DISTINCT kind FROM transparency_leaf WHERE kind <> ALL(%s)"
    for (kind,) in streamed(sql, [list(sources())]):
        yield Finding(where=kind, what="the log has records of a kind that the hall does not know")
