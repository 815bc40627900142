"""The published files by themselves: no database, nothing but the files, the public keys, and checkpoints that somebody kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from foundation.transparency.folder import Folder
from foundation.transparency.notes import Verifier
from foundation.transparency.tiles import WIDTH, GrowingTree, Tile, split_bundle
from foundation.transparency.verification.findings import Finding
from foundation.transparency.verification.walk import Claim, Walk, by_size, claims_of


def check_files(folder: Folder, *, verifiers: Sequence[Verifier], kept: Iterable[bytes] = ()) -> Iterator[Finding | int]:
    """Yield every finding, and the number of entries that were checked.

    Checked are the signatures of all published checkpoints, every bundle and record, the chains, the root at the size of each
    checkpoint, also of those that were kept elsewhere, and every tile.
    """
    claims: list[Claim] = []
    told = (
        *claims_of(_newest(folder), verifiers=verifiers, by="checkpoint"),
        *claims_of(folder.published(), verifiers=verifiers, by="published checkpoint"),
    )
    for found in (*told, *claims_of(kept, verifiers=verifiers, by="kept checkpoint")):
        if isinstance(found, Finding):
            yield found
        else:
            claims.append(found)
    if not any(isinstance(each, Claim) and each.by.startswith("checkpoint") for each in told):
        yield Finding(where="checkpoint", what="there is none that can be read")
    # Where the newest is spoilt, the entries go as far as the longest of the others says.
    size = max((each.size for each in told if isinstance(each, Claim)), default=0)
    yield from _check_entries(folder, size, Walk(claims=by_size(claims)))


def _newest(folder: Folder) -> list[bytes]:
    try:
        note = folder.checkpoint()
    except OSError as error:
        return [str(error).encode()]
    return [note] if note is not None else []


def _check_entries(folder: Folder, size: int, walk: Walk) -> Iterator[Finding | int]:
    """Walk along the bundles, grow the tree of them beside the walk, and compare each tile with what it should hold."""
    tree = GrowingTree()
    for index in range(-(-size // WIDTH)):
        tile = Tile(level=None, index=index, width=min(WIDTH, size - index * WIDTH))
        data = folder.tile(tile)
        if data is None:
            yield Finding(where=tile.path, what=f"is not there, or does not hold {tile.width} entries")
            break
        records = split_bundle(data)
        hashes = yield from walk.take(records)
        tree.add(records, hashes)
        yield from _compare(folder, tree.fresh)
        tree.fresh.clear()
        yield len(records)
    yield from _compare(folder, tree.partial())
    yield from walk.end()


def _compare(folder: Folder, tiles: Mapping[Tile, bytes]) -> Iterator[Finding]:
    for tile, data in tiles.items():
        if tile.level is not None and folder.tile(tile) != data:
            yield Finding(where=tile.path, what="is not what the entries make of it")
