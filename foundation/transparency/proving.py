"""Reading the log: the proof of a record, and how the log stands."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from foundation.errors import NotFound
from foundation.transparency import log as the_log
from foundation.transparency.checkpoints import Checkpoint
from foundation.transparency.errors import LogContradicted
from foundation.transparency.merkle import inclusion_proof, root
from foundation.transparency.models import Leaf
from foundation.transparency.notes import BadNote, Verifier
from foundation.transparency.proofs import NotGenuine, Proof, check_proof
from foundation.transparency.tiles import Tile, TiledTree


class NoPath(Exception):
    """A record does not lead to the root that was signed: somebody has changed leaves."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the log stands: its newest checkpoint, when that was signed, and the keys by which it is known, the newest first."""

    origin: str
    size: int
    root: bytes
    note: bytes
    at: datetime
    keys: Sequence[Verifier]

    @property
    def root_text(self) -> str:
        """The root as the checkpoint has it."""
        return base64.b64encode(self.root).decode()


def standing() -> Standing | None:
    """Return how the log stands, or ``None`` before the first seal; raise :class:`LogContradicted` where its checkpoint is none."""
    last = the_log.newest()
    if last is None:
        return None
    checkpoint = the_log.said_by(last)
    return Standing(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root,
        note=last.note.encode(),
        at=last.at,
        keys=the_log.verifiers(checkpoint.origin),
    )


def proof_of(*, commitment: bytes, tiles: Mapping[Tile, bytes] | None = None) -> Proof:
    """Return the proof of the record with that commitment in the newest tree; raise :class:`NotFound` when it has no seal yet.

    ``tiles`` are those that the sealer made and that are published only once its transaction is committed. A proof is checked before
    it is handed out: a spoilt file becomes no proof.
    """
    # Without a limit, for which PostgreSQL might rather read the whole table than its index.
    leaves = list(Leaf.objects.filter(commitment=commitment))
    if not leaves:
        raise NotFound
    leaf = min(leaves, key=lambda each: each.index)
    last = the_log.newest()
    if last is None:
        raise NoPath(f"no checkpoint covers leaf {leaf.index}")
    for read in (partial(the_log.read_tile, fresh=tiles), the_log.build_tile):
        try:
            path = inclusion_proof(leaf.index, last.size, TiledTree(last.size, read).perfect)
        except (LogContradicted, ValueError):
            continue
        proof = Proof(extra=bytes(leaf.record), index=leaf.index, path=tuple(path), checkpoint=last.note.encode())
        if _holds(proof):
            return proof
    raise NoPath(f"leaf {leaf.index} is not in the tree of {last.size} entries that was signed")


def check_continues(checkpoint: Checkpoint) -> None:
    """Raise :class:`LogContradicted` unless the log of today continues the one of a checkpoint whose signature holds."""
    last = the_log.newest()
    if last is None or last.size < checkpoint.size:
        raise LogContradicted(f"the log has fewer entries than the {checkpoint.size} that were signed")
    for read in (the_log.read_tile, the_log.build_tile):
        with suppress(LogContradicted):
            if root(checkpoint.size, TiledTree(last.size, read).perfect) == checkpoint.root:
                return
    raise LogContradicted(f"another root was signed for {checkpoint.size} entries")


def _holds(proof: Proof) -> bool:
    try:
        check_proof(proof.text.encode(), the_log.verifiers_of(proof.checkpoint))
    except (NotGenuine, BadNote):
        return False
    return True
