"""One walk along all records of a log: chains, tree, and every checkpoint on the way. Needs the records alone, from wherever they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from foundation.transparency.checkpoints import Checkpoint, open_checkpoint
from foundation.transparency.merkle import fold, hash_up, leaf_hash, node_hash
from foundation.transparency.notes import BadNote, Verifier
from foundation.transparency.records import FIRST, written
from foundation.transparency.tiles import WIDTH
from foundation.transparency.verification.findings import Finding

_BLOCK_HEIGHT = 8
_BEGINNING = (0, FIRST)

# Kind, bureau, position, previous and commitment of a record.
Parts = tuple[str, str, int, str, str]


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
    _heads: dict[str, tuple[int, str]] = field(default_factory=dict)

    def go(self, records: Iterable[Parts]) -> Iterator[Finding]:
        """Walk along all records and yield what is wrong."""
        yield from self._ask()
        block: list[bytes] = []
        for parts in records:
            kind, bureau, position, previous, commitment = parts
            if not self._follows(bureau, position, previous):
                yield Finding(
                    where=f"leaf {self.peaks.size + len(block)}", what=f"does not follow the record before it in the chain of {bureau}"
                )
            digest = leaf_hash(written(kind, bureau, position, previous, commitment))
            self._heads[bureau] = position, digest.hex()
            block.append(digest)
            if len(block) == WIDTH:
                yield from self._take(block)
                block = []
        yield from self._take(block)
        yield from self._beyond()

    def _follows(self, bureau: str, position: int, previous: str) -> bool:
        return self._heads.get(bureau, _BEGINNING) == (position - 1, previous)

    def _take(self, block: Sequence[bytes]) -> Iterator[Finding]:
        size = self.peaks.size
        is_whole = len(block) == WIDTH and not size % WIDTH
        if is_whole and not any(size < claimed < size + WIDTH for claimed in self._claimed_within(size)):
            self.peaks.add(hash_up(block), _BLOCK_HEIGHT)
            yield from self._ask()
            return
        for digest in block:
            self.peaks.add(digest)
            yield from self._ask()

    def _claimed_within(self, size: int) -> Iterator[int]:
        return (claimed for claimed in range(size + 1, size + WIDTH) if claimed in self.claims)

    def _ask(self) -> Iterator[Finding]:
        claims = self.claims.get(self.peaks.size, ())
        root = self.peaks.root() if claims else b""
        for claim in claims:
            if claim.root != root:
                yield Finding(where=claim.by, what="the records do not lead to its root")

    def _beyond(self) -> Iterator[Finding]:
        for size, claims in self.claims.items():
            if size > self.peaks.size:
                yield from (Finding(where=claim.by, what=f"there are only {self.peaks.size} records") for claim in claims)


def by_size(claims: Iterable[Claim]) -> dict[int, list[Claim]]:
    """Return claims as a walk wants them."""
    found: dict[int, list[Claim]] = {}
    for claim in claims:
        found.setdefault(claim.size, []).append(claim)
    return found
