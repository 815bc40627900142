"""Prove that an entry of a timeline stands in the public log. Whoever asks is written down like whoever reads the timeline."""

from __future__ import annotations

from datetime import datetime

from cases.models import ProgressEntry
from cases.operations.look_at_case import look_at_case, look_at_own_case
from cases.queries import entry_of, sight_of
from foundation.accounts.actors import Actor
from foundation.errors import NotFound
from foundation.transparency.errors import ProofNotReady
from foundation.transparency.operations.prove_at_once import prove_at_once
from foundation.transparency.proofs import Proof


def prove_entry(*, actor: Actor, reference: str, sequence: int, now: datetime) -> Proof:
    """Return the proof of an entry to an officer who may read the case; raise like :func:`look_at_case`, or ``ProofNotReady``."""
    return _proof(entry_of(look_at_case(actor=actor, reference=reference, now=now), sequence), now)


def prove_own_entry(*, actor: Actor, reference: str, sequence: int, now: datetime, under: str = "") -> Proof:
    """Return the proof of a step that a party of the case sees, or who acts for one; raise like :func:`look_at_own_case`, and as above.

    A step whose words are withheld is proved too: the proof tells of it no more than that it is there.
    """
    case, _standing = look_at_own_case(actor=actor, reference=reference, now=now, under=under)
    entry = entry_of(case, sequence)
    if bytes(entry.hash).hex() not in {step.hash for step in sight_of(case, with_detail=False).steps}:
        raise NotFound
    return _proof(entry, now)


def _proof(entry: ProgressEntry, now: datetime) -> Proof:
    proof = prove_at_once(kind=ProgressEntry.MATTER, row_id=entry.pk, commitment=bytes(entry.hash), now=now)
    if proof is None:
        raise ProofNotReady
    return proof
