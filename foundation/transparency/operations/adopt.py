"""Go on with the published log where the database was set back behind it: nothing that was signed is ever signed in another way.

After a restore the folder speaks of more entries than the database. Their records are public and are taken back from it; whose rows the
backup still has are theirs again, and the others stay in the log as what was lost, which every check says from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from foundation.transparency import log as the_log
from foundation.transparency.checkpoints import open_checkpoint
from foundation.transparency.errors import LogContradicted
from foundation.transparency.folder import Folder
from foundation.transparency.models import Leaf, Pending, Publication, SealedCheckpoint
from foundation.transparency.notes import BadNote, Verifier
from foundation.transparency.operations.seal import take_turn
from foundation.transparency.records import Record
from foundation.transparency.sources import sources
from foundation.transparency.tiles import WIDTH, Tile, split_bundle
from foundation.transparency.verification.files import check_files
from foundation.transparency.verification.findings import Finding

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """How many records the database knew, how many there are now, and of how many the row is lost."""

    before: int
    after: int
    lost: int


@transaction.atomic
def adopt_published(*, now: datetime) -> Adopted:
    """Take over what was published beyond the database; raise :class:`LogContradicted` unless the files hold and continue it.

    Safe to run twice; a sealer waits meanwhile. ``now`` stands for the time of checkpoints, of which the files keep no more than the list.
    """
    take_turn(is_patient=True)
    folder, last = the_log.folder(), the_log.newest()
    before = last.size if last else 0
    keys = _keys()
    kept = [last.note.encode()] if last else []
    for found in check_files(folder, verifiers=keys, kept=kept):
        if isinstance(found, Finding):
            raise LogContradicted(f"the published files do not continue the database: {found}")
    checkpoints = list(_checkpoints(folder, keys, beyond=before, now=now))
    if not checkpoints:
        return Adopted(before=before, after=before, lost=0)
    after = checkpoints[-1].size
    leaves = _leaves(folder, before, after)
    Leaf.objects.bulk_create(leaves, batch_size=5000)
    SealedCheckpoint.objects.bulk_create(checkpoints, batch_size=5000)
    Publication.objects.bulk_create([Publication(size=after)], ignore_conflicts=True)
    lost = sum(leaf.row_id < 0 for leaf in leaves)
    log.warning("log.adopted", before=before, after=after, lost=lost)
    return Adopted(before=before, after=after, lost=lost)


def _keys() -> list[Verifier]:
    """Return the hall's keys under the name that the published checkpoint has."""
    found = the_log.published()
    if found is None:
        raise LogContradicted("nothing is published that could be taken over")
    return the_log.verifiers(found[1].origin)


def _checkpoints(folder: Folder, keys: list[Verifier], *, beyond: int, now: datetime) -> Iterator[SealedCheckpoint]:
    """Yield the published checkpoints that the database does not know, the smallest first."""
    newest = folder.checkpoint()
    notes = {}
    for note in (*folder.published(), *([newest] if newest else [])):
        try:
            checkpoint = open_checkpoint(note, keys)
        except BadNote as error:
            raise LogContradicted(f"a published checkpoint cannot be read: {error}") from error
        if checkpoint.size > beyond:
            notes[checkpoint.size] = SealedCheckpoint(size=checkpoint.size, root=checkpoint.root, note=note.decode(), at=now)
    yield from (notes[size] for size in sorted(notes))


def _leaves(folder: Folder, before: int, after: int) -> list[Leaf]:
    """Return the records from ``before`` on as leaves. One whose row is lost has a negative number, as no row has."""
    waiting = _waiting_rows()
    leaves = []
    for index, data in enumerate(_records(folder, before, after), before):
        record = Record.parse(data)
        row_id = waiting.get((record.kind, record.commitment), -1 - index)
        leaves.append(
            Leaf(
                index=index,
                kind=record.kind,
                row_id=row_id,
                bureau_code=record.bureau,
                position=record.position,
                previous=bytes.fromhex(record.previous),
                commitment=bytes.fromhex(record.commitment),
            )
        )
    return leaves


def _records(folder: Folder, before: int, after: int) -> Iterator[bytes]:
    for index in range(before // WIDTH, -(-after // WIDTH)):
        start = index * WIDTH
        data = folder.tile(Tile(level=None, index=index, width=min(WIDTH, after - start)))
        yield from split_bundle(data or b"")[max(before - start, 0) :]


def _waiting_rows() -> dict[tuple[str, str], int]:
    """Return the rows that wait for a seal, by kind and commitment: the backup was made between their writing and their seal."""
    found = {}
    for pending in Pending.objects.order_by("pk"):
        for row_id, _bureau, commitment in sources()[pending.kind].rows(pending.row_ids):
            found[pending.kind, commitment] = row_id
    return found
