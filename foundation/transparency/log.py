"""The log as this hall keeps it: its name, its keys, its folder, and tiles from wherever they are."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from foundation.transparency.checkpoints import Checkpoint
from foundation.transparency.errors import LogContradicted
from foundation.transparency.folder import Folder
from foundation.transparency.merkle import hash_up, leaf_hash
from foundation.transparency.models import Leaf, SealedCheckpoint
from foundation.transparency.notes import BadNote, Note, Signer, Verifier
from foundation.transparency.tiles import WIDTH, Tile, bundle, split_hashes


def folder() -> Folder:
    """Return the published files."""
    return Folder(Path(settings.LOG_FOLDER))


def newest() -> SealedCheckpoint | None:
    """Return the newest checkpoint that was sealed, published or not."""
    return SealedCheckpoint.objects.order_by("-size").first()


def origin() -> str:
    """Return the log's name; raise :class:`LogContradicted` where the newest checkpoint is none.

    It is the name that the log began with: it stays the same when the site's address changes.
    """
    last = newest()
    return said_by(last).origin if last else settings.LOG_ORIGIN


def said_by(checkpoint: SealedCheckpoint) -> Checkpoint:
    """Return what a checkpoint of the database says; raise :class:`LogContradicted` where somebody has made it none."""
    try:
        return Checkpoint.parse(Note.parse(checkpoint.note.encode()).text)
    except BadNote as error:
        raise LogContradicted(f"the checkpoint of {checkpoint.size} entries in the database cannot be read: {error}") from error


def origin_told() -> str:
    """Return the log's name as the newest checkpoint that can be read tells it: whoever checks goes on where one is no checkpoint."""
    for checkpoint in SealedCheckpoint.objects.order_by("-size").iterator(chunk_size=100):
        with suppress(BadNote):
            return Checkpoint.parse(Note.parse(checkpoint.note.encode()).text).origin
    return settings.LOG_ORIGIN


def signer(name: str) -> Signer:
    """Return the key that signs now, under the log's name."""
    return Signer(name=name, seed=settings.LOG_KEY)


def published() -> tuple[bytes, Checkpoint] | None:
    """Return the published checkpoint and what it says, or ``None`` before the first; raise :class:`LogContradicted` where it is none."""
    try:
        note = folder().checkpoint()
        return (note, Checkpoint.parse(Note.parse(note).text)) if note is not None else None
    except (BadNote, OSError) as error:
        raise LogContradicted(f"the published checkpoint cannot be read: {error}") from error


def published_tile(tile: Tile) -> bytes | None:
    """Return a tile that the published checkpoint covers, or ``None``; raise :class:`LogContradicted` like :func:`published`."""
    found = published()
    if found is None:
        return None
    covered = found[1].size >> 8 * (tile.level or 0)
    return folder().tile(tile) if tile.index * WIDTH + tile.width <= covered else None


def verifiers(name: str) -> list[Verifier]:
    """Return every key by which a checkpoint of the log is known: the one that signs now, then those before it."""
    return [signer(name).verifier, *map(Verifier.parse, settings.LOG_OLD_KEYS)]


def verifiers_of(note: bytes) -> list[Verifier]:
    """Return the hall's keys under the name that a checkpoint gives itself; raise :class:`BadNote` when it is none."""
    return verifiers(Checkpoint.parse(Note.parse(note).text).origin)


def read_tile(tile: Tile, fresh: Mapping[Tile, bytes] | None = None) -> bytes:
    """Return a tile or bundle: one that is about to be published, one of the folder, or else built again from the leaves.

    What a folder was given by somebody else leads to no root that was ever signed, so whoever computes with it notices.
    """
    if fresh and tile in fresh:
        return fresh[tile]
    found = folder().tile(tile)
    return found if found is not None else build_tile(tile, fresh)


def build_tile(tile: Tile, fresh: Mapping[Tile, bytes] | None = None) -> bytes:
    """Build a tile or bundle from the leaves in the database; raise :class:`LogContradicted` where some are missing."""
    start, end = tile.index * WIDTH, tile.index * WIDTH + tile.width
    if tile.level:
        below = (Tile(level=tile.level - 1, index=index) for index in range(start, end))
        return b"".join(hash_up(split_hashes(read_tile(each, fresh))) for each in below)
    records = [bytes(leaf.record) for leaf in Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index")]
    if len(records) != tile.width:
        raise LogContradicted(f"there are {len(records)} leaves from {start} on, not {tile.width}")
    try:
        return bundle(records) if tile.level is None else b"".join(map(leaf_hash, records))
    except OverflowError as error:
        raise LogContradicted(f"a leaf from {start} on is no record") from error
