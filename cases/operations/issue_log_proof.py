"""Issue the proof that a report was recorded, as a signed paper."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.operations.locking import lock_case
from cases.papers import log_proof_of
from cases.permissions import standing_of
from foundation.accounts.actors import Actor
from foundation.documents.kinds.log_proof import LogProof
from foundation.documents.models import Document
from foundation.documents.operations.issue_document import Issue, issue_document
from foundation.documents.queries import newest_on
from foundation.documents.sheets import Paper
from foundation.errors import Unavailable
from foundation.transparency.operations.prove_at_once import prove_at_once


class ProofNotReady(Unavailable):
    """The log is not to be had just now."""

    code = "proof_not_ready"
    message = _("The proof is not ready yet. Please try again in a minute.")


@transaction.atomic
def issue_log_proof(*, actor: Actor, reference: str, now: datetime, under: str = "") -> Document:
    """Return the paper with the proof of the first step of a case, for its people and who acts for them: issued once, then found again.

    A proof never ends, so one is enough. Raises ``Hidden`` for a case that is none of theirs, :class:`ProofNotReady`.
    """
    case = lock_case(reference)
    standing = standing_of(actor, case, now=now, under=under)
    issued = newest_on(case, kind=LogProof.kind)
    if issued is not None and issued.state != Document.State.FORGOTTEN and not issued.is_revoked:
        return issued
    entry = case.entries.order_by("sequence")[0]
    proof = prove_at_once(kind="case", row_id=entry.pk, commitment=bytes(entry.hash), now=now)
    if proof is None:
        raise ProofNotReady
    issue = Issue(content=log_proof_of(case, entry, proof), office=case.unit, subject=case, papers=(Paper.A4,))
    return issue_document(actor=standing.actor, capability=standing.right, issue=issue, now=now)
