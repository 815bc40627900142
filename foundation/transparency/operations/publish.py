"""Bring what was sealed into the published files."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from foundation.failpoints import failpoint
from foundation.transparency.errors import LogContradicted
from foundation.transparency.log import folder, published, read_tile
from foundation.transparency.models import Publication, SealedCheckpoint
from foundation.transparency.tiles import Tile, tiles_between

log = structlog.get_logger(__name__)


def publish(*, fresh: Mapping[Tile, bytes] | None = None) -> int:
    """Write every checkpoint that is sealed and not published, with its tiles; return the published size.

    What stands at a path follows from the leaves alone, so whoever publishes, again or at the same time, writes the same.
    ``fresh`` are tiles that the sealer has at hand. Raises :class:`LogContradicted` where the files are of another log.
    """
    place = folder()
    with place.held():
        size = published_size()
        for checkpoint in SealedCheckpoint.objects.filter(size__gt=size).order_by("size"):
            tiles = {tile: read_tile(tile, fresh) for tile in tiles_between(size, checkpoint.size)}
            place.write(tiles)
            failpoint("log.written")
            place.publish(checkpoint.note.encode(), at=checkpoint.at)
            size = checkpoint.size
        if not Publication.objects.filter(size__gte=size).exists() and size:
            Publication.objects.bulk_create([Publication(size=size)], ignore_conflicts=True)
    return size


def published_size() -> int:
    """Return the size of the checkpoint in the folder, which must be one that the database knows."""
    found = published()
    if found is None:
        return 0
    _note, checkpoint = found
    if not SealedCheckpoint.objects.filter(size=checkpoint.size, root=checkpoint.root).exists():
        raise LogContradicted(
            f"the published checkpoint of {checkpoint.size} entries is unknown to the database: "
            "either the database was set back or changed, or the folder belongs to another hall (docs/log.md says what to do)"
        )
    return checkpoint.size
