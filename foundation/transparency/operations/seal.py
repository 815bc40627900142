"""Seal what was written: chain it, put it into the tree, sign the new size and root."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, cast

import structlog
from django.db import IntegrityError, connection, transaction

from foundation.failpoints import failpoint
from foundation.transparency import log as the_log
from foundation.transparency.checkpoints import Checkpoint
from foundation.transparency.errors import LogContradicted
from foundation.transparency.merkle import leaf_hash
from foundation.transparency.models import Leaf, SealedCheckpoint
from foundation.transparency.operations.publish import publish, published_size
from foundation.transparency.records import FIRST, written
from foundation.transparency.sources import Row, sources
from foundation.transparency.tiles import GrowingTree, Tile

BATCH: Final = 50_000
# One sealer of a database at a time; the lock goes with its transaction, however that ends.
_LOCK: Final = 0x68616C6C5F6C6F67
_TAKE: Final = """
    DELETE FROM transparency_pending WHERE id IN (
        SELECT id FROM (
            SELECT id, sum(cardinality(row_ids)) OVER (ORDER BY id) - cardinality(row_ids) AS before
            FROM (SELECT id, row_ids FROM transparency_pending ORDER BY id LIMIT %(most)s) AS oldest
        ) AS counted WHERE before < %(most)s
    ) RETURNING kind, row_ids
"""
_TAKE_ONE: Final = "DELETE FROM transparency_pending WHERE kind = %s AND row_ids && %s::bigint[] RETURNING kind, row_ids"
_HEADS: Final = """
    SELECT kind, head.bureau_code, position, encode(previous, 'hex'), encode(commitment, 'hex')
    FROM unnest(%s::text[]) AS asked (bureau_code) JOIN LATERAL (
        SELECT * FROM transparency_leaf leaf WHERE leaf.bureau_code = asked.bureau_code ORDER BY position DESC LIMIT 1
    ) AS head ON true
"""
_LINES: Final = 512
_BEGINNING: Final = (0, FIRST)
_COPY: Final = "COPY transparency_leaf (index, kind, row_id, bureau_code, position, previous, commitment) FROM STDIN"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """What one call did: how many rows it sealed, how large the log is now, and the tiles that came of it."""

    rows: int
    size: int
    tiles: Mapping[Tile, bytes] = field(repr=False, default_factory=dict)


def seal_all(*, now: datetime, is_patient: bool = True) -> int:
    """Seal everything that waits and publish it; return how many rows. Safe to run twice, at the same time, and to kill anywhere.

    Who is not patient leaves when another sealer is at work. Raises :class:`LogContradicted` where the log would fork.
    """
    total = 0
    while True:
        done = seal(now=now, is_patient=is_patient)
        if done is None:
            return total
        failpoint("log.sealed")
        publish(fresh=done.tiles)
        total += done.rows
        if not done.rows:
            return total


@transaction.atomic
def seal(*, now: datetime, most: int = BATCH, is_patient: bool = True) -> Sealed | None:
    """Seal the oldest rows that wait, about ``most`` of them; ``None`` when another sealer is at work and the caller does not wait.

    Checkpoint and leaves come into the database together. Publishing is another step, which the next call does for one that was killed.
    """
    if not take_turn(is_patient=is_patient):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"most": most})
        return _seal_taken(cursor.fetchall(), now=now)


@transaction.atomic
def seal_rows(*, kind: str, ids: Sequence[int], now: datetime) -> Sealed:
    """Seal these rows now, within the caller's transaction if there is one; rows that are sealed already stay as they are.

    For a paper that must carry its proof the moment it is printed. Published when the transaction is committed.
    """
    take_turn(is_patient=True)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_ONE, [kind, list(ids)])
        done = _seal_taken(cursor.fetchall(), now=now)
    transaction.on_commit(partial(_publish_or_say, done.tiles))
    return done


def _publish_or_say(tiles: Mapping[Tile, bytes]) -> None:
    """Publish after a commit. A full disk must not take back a receipt that is right: the next sealing publishes it."""
    try:
        publish(fresh=tiles)
    except (OSError, LogContradicted):
        log.exception("log.not_published")


def take_turn(*, is_patient: bool) -> bool:
    """Be the only one who adds to the log until the transaction ends; whoever is not patient is told whether they are."""
    function = "pg_advisory_xact_lock" if is_patient else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_LOCK])
        row = cursor.fetchone()
    return is_patient or bool(row and row[0])


def _seal_taken(taken: Sequence[tuple[str, list[int]]], *, now: datetime) -> Sealed:
    rows = _rows(taken)
    tree, last = _tree_as_published()
    if not rows:
        return Sealed(rows=0, size=tree.size)
    try:
        with transaction.atomic():
            _grow(tree, rows)
    except IntegrityError:
        # Somebody has asked for the seal of rows that have it: only those without one are left to do.
        tree, last = _tree_as_published()
        rows = _without_seal(rows)
        if not rows:
            return Sealed(rows=0, size=tree.size)
        _grow(tree, rows)
    failpoint("log.chained")
    _sign(tree, last=last, now=now)
    return Sealed(rows=len(rows), size=tree.size, tiles=tree.fresh | tree.partial())


def _rows(taken: Sequence[tuple[str, list[int]]]) -> list[tuple[str, Row]]:
    """Return the rows that were asked for. One that is gone was deleted before its seal, which nobody may do."""
    ids: dict[str, set[int]] = {}
    for kind, row_ids in taken:
        ids.setdefault(kind, set()).update(row_ids)
    rows: list[tuple[str, Row]] = []
    for kind, wanted in ids.items():
        found = [(kind, row) for row in sources()[kind].rows(sorted(wanted))]
        rows += found
        if len(found) < len(wanted):
            gone = sorted(wanted - {row_id for _kind, (row_id, _bureau, _commitment) in found})
            log.error("record.row_gone_before_its_seal", kind=kind, row_ids=gone[:20], rows=len(gone))
    return rows


def _without_seal(rows: Sequence[tuple[str, Row]]) -> list[tuple[str, Row]]:
    by_kind: dict[str, list[int]] = {}
    for kind, (row_id, _bureau, _commitment) in rows:
        by_kind.setdefault(kind, []).append(row_id)
    sealed: set[tuple[str, int]] = set()
    for kind, ids in by_kind.items():
        sealed.update(Leaf.objects.filter(kind=kind, row_id__in=ids).values_list("kind", "row_id"))
    return [(kind, row) for kind, row in rows if (kind, row[0]) not in sealed]


def _tree_as_published() -> tuple[GrowingTree, SealedCheckpoint | None]:
    """Return the tree as the newest checkpoint left it; raise :class:`LogContradicted` rather than sign what does not continue it."""
    published = published_size()
    last = the_log.newest()
    if last is None:
        return GrowingTree(), None
    tree = GrowingTree.read(last.size, the_log.read_tile)
    if tree.root() != bytes(last.root):
        # Something has spoilt the files; the leaves in the database must still lead to what was signed.
        tree = GrowingTree.read(last.size, the_log.build_tile)
        if tree.root() != bytes(last.root):
            raise LogContradicted(f"leaves and checkpoint of {last.size} entries contradict each other; {published} are published")
    return tree, last


def _grow(tree: GrowingTree, rows: Sequence[tuple[str, Row]]) -> None:
    """Chain the rows, copy their leaves into the table and add them to the tree."""
    heads = _heads({bureau for _kind, (_row_id, bureau, _commitment) in rows})
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cast(Any, cursor).copy_expert(_COPY, _Stream(_lines(tree, rows, heads)))


def _lines(tree: GrowingTree, rows: Sequence[tuple[str, Row]], heads: dict[str, tuple[int, str]]) -> Iterator[str]:
    """Yield the lines to copy, many at a time; the tree grows on the way, while PostgreSQL takes the lines before.

    Everything that is done for each of a million rows is done here.
    """
    sha256 = hashlib.sha256
    for begin in range(0, len(rows), _LINES):
        lines, records, hashes = [], [], []
        for index, (kind, (row_id, bureau, commitment)) in enumerate(rows[begin : begin + _LINES], tree.size):
            position, previous = heads.get(bureau, _BEGINNING)
            position += 1
            record = written(kind, bureau, position, previous, commitment)
            leaf = sha256(b"\x00" + record)
            lines.append(f"{index}\t{kind}\t{row_id}\t{bureau}\t{position}\t\\\\x{previous}\t\\\\x{commitment}\n")
            records.append(record)
            hashes.append(leaf.digest())
            heads[bureau] = position, leaf.hexdigest()
        tree.add(records, hashes)
        yield "".join(lines)


def _heads(bureaus: set[str]) -> dict[str, tuple[int, str]]:
    """Return where each bureau's chain ends: its length and the hash of its last record."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, [sorted(bureaus)])
        return {
            bureau: (position, leaf_hash(written(kind, bureau, position, previous, commitment)).hex())
            for kind, bureau, position, previous, commitment in cursor.fetchall()
        }


def _sign(tree: GrowingTree, *, last: SealedCheckpoint | None, now: datetime) -> None:
    """Sign the tree. The signature leaves the process after the commit only, so nothing that is rolled back was ever signed."""
    origin = the_log.origin()
    checkpoint = Checkpoint(origin=origin, size=tree.size, root=tree.root())
    SealedCheckpoint.objects.create(
        size=checkpoint.size,
        root=checkpoint.root,
        note=checkpoint.signed(the_log.signer(origin)).decode(),
        at=max(now, last.at) if last else now,
    )


class _Stream:
    """What psycopg reads from: it takes more than it asked for."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def read(self, _size: int) -> str:
        """Return some lines, or nothing at the end."""
        return next(self._lines, "")
