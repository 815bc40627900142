"""One walk along all records of a log: chains, tree, and every checkpoint on the way. Needs the records alone, from wherever they come."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from foundation.transparency.checkpoints import Checkpoint, open_checkpoint
from foundation.transparency.merkle import fold, hash_up, node_hash
from foundation.transparency.notes import BadNote, Verifier
from foundation.transparency.records import FIRST, SHAPE
from foundation.transparency.tiles import WIDTH
from foundation.transparency.verification.findings import Finding

_BUNDLE_HEIGHT = 8
_BEGINNING = (0, FIRST.encode())


@dataclass(kw_only=True)
class Peaks:
    """A tree that forgets its leaves and keeps the hashes that a root needs."""

    size: int = 0
    _heights: list[int] = field(default_factory=list)
    _hashes: list[bytes] = field(default_factory=list)

    def add(self, digest: bytes, height: int = 0) -> None:
        """Append a leaf, or a perfect subtree where one can begin."""
        self.size += 1 << height
        while self._heights and self._heights[-1] == height:
            digest = node_hash(self._hashes.pop(), digest)
            height = self._heights.pop() + 1
        self._heights.append(height)
        self._hashes.append(digest)

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        return fold(self._hashes)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """That the log had this root at this size, and who says so."""

    size: int
    root: bytes
    by: str


def claims_of(notes: Iterable[bytes], *, verifiers: Sequence[Verifier], by: str) -> Iterator[Claim | Finding]:
    """Yield what signed checkpoints claim; one that is not signed by a known key is a finding."""
    for note in notes:
        try:
            checkpoint: Checkpoint = open_checkpoint(note, verifiers)
        except BadNote as error:
            yield Finding(where=by, what=str(error))
        else:
            yield Claim(size=checkpoint.size, root=checkpoint.root, by=f"{by} of {checkpoint.size} entries")


@dataclass(kw_only=True)
class Walk:
    """What is known after some records. ``claims`` are by size; each is asked when the walk has come so far."""

    claims: Mapping[int, Sequence[Claim]]
    peaks: Peaks = field(default_factory=Peaks)
    _heads: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)

    def go(self, bundles: Iterable[Sequence[bytes]]) -> Iterator[Finding]:
        """Walk along all records, given by bundles, and yield what is wrong."""
        for records in bundles:
            yield from self.take(records)
        yield from self.end()

    def take(self, records: Sequence[bytes]) -> Generator[Finding, None, list[bytes]]:
        """Walk along the next bundle, yield what is wrong with its records, and return their hashes.

        Everything that is done for each of a million records is done here.
        """
        hashes, heads, shape, sha256 = [], self._heads, SHAPE.fullmatch, hashlib.sha256
        for number, record in enumerate(records, self.peaks.size):
            leaf = sha256(b"\x00" + record)
            hashes.append(leaf.digest())
            parts = shape(record)
            if parts is None:
                yield Finding(where=f"leaf {number}", what="is no record of a hall's log")
                continue
            _kind, bureau, position, previous, _commitment = parts.groups()
            place = int(position)
            if not self._follows(bureau, place, previous):
                yield Finding(where=f"leaf {number}", what=f"does not follow the record before it in the chain of {bureau.decode()}")
            heads[bureau] = place, leaf.hexdigest().encode()
        yield from self._grow(hashes)
        return hashes

    def end(self) -> Iterator[Finding]:
        """Yield which claims speak of more records than there were, or wrongly of none."""
        yield from self._ask(Peaks())
        for size, claims in self.claims.items():
            if size > self.peaks.size:
                yield from (Finding(where=claim.by, what=f"there are only {self.peaks.size} records") for claim in claims)

    def _follows(self, bureau: bytes, position: int, previous: bytes) -> bool:
        return self._heads.get(bureau, _BEGINNING) == (position - 1, previous)

    def _grow(self, hashes: Sequence[bytes]) -> Iterator[Finding]:
        size = self.peaks.size
        is_whole = len(hashes) == WIDTH and not size % WIDTH
        if is_whole and not any(claimed in self.claims for claimed in range(size + 1, size + WIDTH)):
            self.peaks.add(hash_up(hashes), _BUNDLE_HEIGHT)
            yield from self._ask(self.peaks)
            return
        for digest in hashes:
            self.peaks.add(digest)
            yield from self._ask(self.peaks)

    def _ask(self, peaks: Peaks) -> Iterator[Finding]:
        claims = self.claims.get(peaks.size, ())
        root = peaks.root() if claims else b""
        for claim in claims:
            if claim.root != root:
                yield Finding(where=claim.by, what="the records do not lead to its root")


def by_size(claims: Iterable[Claim]) -> dict[int, list[Claim]]:
    """Return claims as a walk wants them."""
    found: dict[int, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.size, []).append(claim)
    return found
