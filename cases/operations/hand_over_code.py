"""Give a party the inquiry code of their case: on the receipt, or a fresh one when the old is lost or was seen."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.operations.locking import check_live, lock_case
from cases.papers import receipt_of
from cases.permissions import CODE, Standing, check_may, standing_of
from foundation.accounts.actors import Actor, ActorKind
from foundation.audit.log import record_action
from foundation.documents.kinds.receipt import Receipt
from foundation.documents.models import Document
from foundation.documents.operations.issue_document import Issue, issue_document
from foundation.documents.queries import newest_on
from foundation.documents.sheets import Paper
from foundation.errors import NotAllowed
from foundation.inquiries.models import InquiryCode
from foundation.inquiries.operations.issue_code import IssuedCode
from foundation.inquiries.operations.rotate_code import rotate_code


class HandedOver(NamedTuple):
    """A case with its fresh code, and the receipt on which it stands, which a worker seals."""

    case: Case
    code: IssuedCode
    paper: Document


@transaction.atomic
def hand_over_code(
    *, actor: Actor, reference: str, now: datetime, reason: InquiryCode.RevokeReason = InquiryCode.RevokeReason.REPLACED, under: str = ""
) -> HandedOver:
    """Return the case with a fresh code, which is shown this once; a code handed over before is dead from now on, for the ``reason``.

    The code stands on a receipt, issued with it, that takes the place of the one before.

    A code outlives any delegation, so it goes to a party, or to who represents one by law (``under`` names the mandate), and to nobody
    else who acts for one. A closed case has a code too: it answers like an unknown one until the case is opened, so that the paper
    alone tells nothing.
    """
    case = lock_case(reference)
    if actor.kind == ActorKind.RESIDENT:
        standing = _holder(actor, case, now=now, under=under)
        actor, right = standing.actor, standing.right
    else:
        check_may(actor, CODE, case)
        right = CODE
    check_live(case)
    code = rotate_code(
        kind="case", subject_reference=case.reference, bureau_code=case.bureau_code, actor=actor.label, now=now, reason=reason
    )
    is_first = case.code_issued_at is None
    case.code_issued_at = now
    case.save(update_fields=["code_issued_at"])
    action, changes = ("case.issue_code", None) if is_first else ("case.rotate_code", {"reason": (None, reason)})
    record_action(actor=actor, action=action, capability=right, subject=case, now=now, changes=changes)
    return HandedOver(case, code, _receipt(actor, right, case, code, now=now))


def _receipt(actor: Actor, right: str, case: Case, code: IssuedCode, *, now: datetime) -> Document:
    """Issue the receipt last: the series of numbers stays locked from here to the commit."""
    issue = Issue(
        content=receipt_of(case, code),
        office=case.unit,
        subject=case,
        papers=(Paper.A4, Paper.ROLL),
        supersedes=newest_on(case, kind=Receipt.kind),
    )
    return issue_document(actor=actor, capability=right, issue=issue, now=now)


def _holder(actor: Actor, case: Case, *, now: datetime, under: str) -> Standing:
    standing = standing_of(actor, case, now=now, under=under)
    if standing.mandate is not None and not standing.mandate.is_statutory:
        raise NotAllowed(_("Only the person concerned, or who represents them by law, can get a fresh code."), code="code_not_yours")
    return standing
