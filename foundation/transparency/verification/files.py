"""The published files by themselves: no database, nothing but the files, the public keys, and checkpoints that somebody kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from foundation.transparency.checkpoints import open_checkpoint
from foundation.transparency.folder import Folder
from foundation.transparency.merkle import leaf_hash
from foundation.transparency.notes import BadNote, Verifier
from foundation.transparency.records import BadRecord, Record
from foundation.transparency.tiles import WIDTH, GrowingTree, Tile, split_bundle
from foundation.transparency.verification.findings import Finding
from foundation.transparency.verification.walk import Claim, Parts, Walk, by_size, claims_of


class _Cut(Exception):
    """The files break off."""


def check_files(folder: Folder, *, verifiers: Sequence[Verifier], kept: Iterable[bytes] = ()) -> Iterator[Finding | int]:
    """Yield every finding, and the number of entries that were checked.

    Checked are the signatures of all published checkpoints, every bundle and record, the chains, the root at the size of each
    checkpoint, also of those that were kept elsewhere, and every tile.
    """
    note = folder.checkpoint()
    if note is None:
        yield Finding(where="checkpoint", what="there is none")
        return
    try:
        size = open_checkpoint(note, verifiers).size
    except BadNote as error:
        yield Finding(where="checkpoint", what=str(error))
        return
    claims: list[Claim] = []
    told = (
        *claims_of([note], verifiers=verifiers, by="checkpoint"),
        *claims_of(folder.published(), verifiers=verifiers, by="published checkpoint"),
        *claims_of(kept, verifiers=verifiers, by="kept checkpoint"),
    )
    for found in told:
        if isinstance(found, Finding):
            yield found
        else:
            claims.append(found)
    tiles = _Tiles(folder, size)
    try:
        yield from Walk(claims=by_size(claims)).go(tiles.records())
    except _Cut as cut:
        yield Finding(where="files", what=str(cut))
    yield from tiles.findings
    yield tiles.tree.size


class _Tiles:
    """Reads the bundles and grows the tree of them beside the walk, so that each tile can be compared with what it should hold."""

    def __init__(self, folder: Folder, size: int) -> None:
        self.folder, self.size = folder, size
        self.tree = GrowingTree()
        self.findings: list[Finding] = []

    def records(self) -> Iterator[Parts]:
        """Yield the parts of every record up to the size of the checkpoint."""
        for index in range(-(-self.size // WIDTH)):
            width = min(WIDTH, self.size - index * WIDTH)
            entries = self._bundle(Tile(level=None, index=index, width=width))
            for entry in entries:
                yield self._parts(entry, index)
            self.tree.add(entries, [leaf_hash(entry) for entry in entries])
            self._compare(self.tree.fresh)
            self.tree.fresh.clear()
        self._compare(self.tree.partial())

    def _bundle(self, tile: Tile) -> list[bytes]:
        data = self.folder.tile(tile)
        try:
            entries = split_bundle(data) if data is not None else []
        except ValueError as error:
            raise _Cut(f"{tile.path}: {error}") from error
        if len(entries) != tile.width:
            raise _Cut(f"{tile.path} has {len(entries)} entries, not {tile.width}")
        return entries

    @staticmethod
    def _parts(entry: bytes, index: int) -> Parts:
        try:
            record = Record.parse(entry)
        except BadRecord as error:
            raise _Cut(f"bundle {index}: {error}") from error
        return record.kind, record.bureau, record.position, record.previous, record.commitment

    def _compare(self, tiles: dict[Tile, bytes]) -> None:
        for tile, data in tiles.items():
            if self.folder.tile(tile) != data:
                self.findings.append(Finding(where=tile.path, what="is not what the entries make of it"))
