"""Prove that an entry of a timeline stands in the public log. Whoever asks is written down like whoever reads the timeline."""

from __future__ import annotations

from datetime import datetime

import structlog

from cases.models import ProgressEntry
from cases.operations.look_at_case import look_at_case, look_at_own_case
from cases.queries import entry_of, sight_of
from foundation.accounts.actors import Actor
from foundation.errors import NotFound
from foundation.transparency.errors import LogContradicted, ProofNotReady
from foundation.transparency.proofs import Proof
from foundation.transparency.proving import NoPath, proof_of

log = structlog.get_logger(__name__)


def prove_entry(*, actor: Actor, reference: str, sequence: int, now: datetime) -> Proof:
    """Return the proof of an entry to an officer who may read the case; raise like :func:`look_at_case`, or ``ProofNotReady``."""
    return _proof(entry_of(look_at_case(actor=actor, reference=reference, now=now), sequence))


def prove_own_entry(*, actor: Actor, reference: str, sequence: int, now: datetime, under: str = "") -> Proof:
    """Return the proof of a step that a party of the case sees, or who acts for one; raise like :func:`look_at_own_case`, and as above.

    A step whose words are withheld is proved too: the proof tells of it no more than that it is there.
    """
    case, _standing = look_at_own_case(actor=actor, reference=reference, now=now, under=under)
    entry = entry_of(case, sequence)
    if bytes(entry.hash).hex() not in {step.hash for step in sight_of(case, with_detail=False).steps}:
        raise NotFound
    return _proof(entry)


def _proof(entry: ProgressEntry) -> Proof:
    """Return the proof. An entry of this moment has none yet: reading seals nothing, and the sealer comes every few seconds."""
    try:
        return proof_of(commitment=bytes(entry.hash))
    except NotFound as error:
        raise ProofNotReady from error
    except (NoPath, LogContradicted, OSError) as error:
        log.exception("log.no_proof", kind=ProgressEntry.MATTER)
        raise ProofNotReady from error
