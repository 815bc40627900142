"""Tiles and entry bundles (c2sp.org/tlog-tiles): where each stands, what it holds, and trees that are read from them or grow into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from foundation.transparency.merkle import HASH_BYTES, fold, hash_up

WIDTH: Final = 256
_BITS: Final = 8
ENTRIES: Final = "entries"
TOP_LEVEL: Final = 63
_PLACE: Final = re.compile(r"(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?")


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One tile, or with ``level`` ``None`` one bundle of entries; partial when ``width`` is less than 256."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its path below the log's address and in the published folder: ``tile/0/x001/067.p/12``."""
        digits = f"{self.index:03}"
        groups = [digits[max(end - 3, 0) : end].rjust(3, "0") for end in range(len(digits), 0, -3)][::-1]
        place = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{ENTRIES if self.level is None else self.level}/{place}{partial}"

    @classmethod
    def parse(cls, place: str) -> Tile | None:
        """Return the tile of a path behind ``tile/``, or ``None`` unless it is written in the one right way."""
        found = _PLACE.fullmatch(place)
        if not found:
            return None
        level = None if found["level"] == ENTRIES else int(found["level"])
        index = int(re.sub(r"[x/]", "", found["index"]))
        tile = cls(level=level, index=index, width=int(found["width"] or WIDTH))
        is_small = (level or 0) <= TOP_LEVEL and tile.width <= WIDTH and len(place) < 60
        return tile if is_small and tile.path == f"tile/{place}" else None

    def is_shape_of(self, data: bytes) -> bool:
        """Whether the data could be those of this tile or bundle: so many hashes, or so many entries."""
        if self.level is not None:
            return len(data) == self.width * HASH_BYTES
        try:
            return len(split_bundle(data)) == self.width
        except ValueError:
            return False

    def cut_from(self, data: bytes) -> bytes:
        """Return the data of this tile or bundle, given those of a wider one."""
        return data[: self.width * HASH_BYTES] if self.level is not None else bundle(split_bundle(data)[: self.width])


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """Yield every tile and bundle that a log of ``new`` entries has and one of ``old`` entries has not."""
    for level in range(TOP_LEVEL + 1):
        first, last = old >> _BITS * level, new >> _BITS * level
        if not last:
            return
        for index in range(first // WIDTH, -(-last // WIDTH)):
            width = min(WIDTH, last - index * WIDTH)
            if width > 0 and (index * WIDTH + width > first):
                yield Tile(level=level, index=index, width=width)
                if level == 0:
                    yield Tile(level=None, index=index, width=width)


def split_hashes(data: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


def bundle(records: Sequence[bytes]) -> bytes:
    """Return a bundle of entries, each behind its length in two bytes."""
    return b"".join([len(record).to_bytes(2) + record for record in records])


def split_bundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle; raise ``ValueError`` when it is cut."""
    records, place, end = [], 0, len(data)
    while place < end - 1:
        start = place + 2
        place = start + (data[start - 2] << 8 | data[start - 1])
        records.append(data[start:place])
    if place != end:
        raise ValueError("the bundle is cut")
    return records


ReadTile = Callable[[Tile], bytes]


class TiledTree:
    """A tree of ``size`` leaves read from tiles. Each tile is asked for once."""

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self._read = read
        self._kept: dict[tuple[int, int], list[bytes]] = {}

    def perfect(self, height: int, index: int) -> bytes:
        """Return the hash of a perfect subtree; what :mod:`merkle` proves with."""
        level, above = divmod(height, _BITS)
        tile, offset = divmod(index << above, WIDTH)
        return hash_up(self._hashes(level, tile)[offset : offset + (1 << above)])

    def _hashes(self, level: int, index: int) -> list[bytes]:
        if (level, index) not in self._kept:
            width = min(WIDTH, (self.size >> _BITS * level) - index * WIDTH)
            self._kept[level, index] = split_hashes(self._read(Tile(level=level, index=index, width=width)))
        return self._kept[level, index]


@dataclass(kw_only=True)
class GrowingTree:
    """A tree that leaves are added to; ``fresh`` collects the tiles that are full, ``partial`` tells the others."""

    size: int = 0
    fresh: dict[Tile, bytes] = field(default_factory=dict)
    _levels: list[list[bytes]] = field(default_factory=lambda: [[]])
    _records: list[bytes] = field(default_factory=list)

    @classmethod
    def read(cls, size: int, read: ReadTile) -> GrowingTree:
        """Take up a tree where it was left: only its partial tiles are read."""
        tree = cls(size=size)
        tree._levels = []
        while True:
            level = len(tree._levels)
            count = size >> _BITS * level
            if not count and level:
                return tree
            index, width = divmod(count, WIDTH)
            tree._levels.append(split_hashes(read(Tile(level=level, index=index, width=width))) if width else [])
            if level == 0 and width:
                tree._records = split_bundle(read(Tile(level=None, index=index, width=width)))

    def add(self, records: Sequence[bytes], hashes: Sequence[bytes]) -> None:
        """Append leaves, given as entries and as their leaf hashes."""
        start = 0
        while start < len(hashes):
            end = start + WIDTH - len(self._levels[0])
            self._levels[0] += hashes[start:end]
            self._records += records[start:end]
            self.size += len(hashes[start:end])
            start = end
            if len(self._levels[0]) == WIDTH:
                self.fresh[Tile(level=None, index=self.size // WIDTH - 1)] = bundle(self._records)
                self._records = []
                self._close(0)

    def _close(self, level: int) -> None:
        hashes = self._levels[level]
        self.fresh[Tile(level=level, index=(self.size >> _BITS * (level + 1)) - 1)] = b"".join(hashes)
        self._levels[level] = []
        if level + 1 == len(self._levels):
            self._levels.append([])
        self._levels[level + 1].append(hash_up(hashes))
        if len(self._levels[level + 1]) == WIDTH:
            self._close(level + 1)

    def partial(self) -> dict[Tile, bytes]:
        """Return the tiles at the right edge, which are not full."""
        found = {}
        for level, hashes in enumerate(self._levels):
            if hashes:
                index = self.size >> _BITS * (level + 1)
                found[Tile(level=level, index=index, width=len(hashes))] = b"".join(hashes)
        if self._records:
            found[Tile(level=None, index=self.size // WIDTH, width=len(self._records))] = bundle(self._records)
        return found

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        parts = []
        for hashes in reversed(self._levels):
            start = 0
            for bit in range(_BITS - 1, -1, -1):
                if len(hashes) >> bit & 1:
                    parts.append(hash_up(hashes[start : start + (1 << bit)]))
                    start += 1 << bit
        return fold(parts)
