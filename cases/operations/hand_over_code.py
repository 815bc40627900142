"""Give a party the inquiry code of their case: on the receipt, or a fresh one when the old is lost or was seen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.operations.locking import check_live, lock_case
from cases.permissions import CODE, Standing, check_may, standing_of
from foundation.accounts.actors import Actor, ActorKind
from foundation.audit.log import record_action
from foundation.errors import NotAllowed
from foundation.inquiries.models import InquiryCode
from foundation.inquiries.operations.issue_code import IssuedCode
from foundation.inquiries.operations.rotate_code import rotate_code


@transaction.atomic
def hand_over_code(
    *, actor: Actor, reference: str, now: datetime, reason: InquiryCode.RevokeReason = InquiryCode.RevokeReason.REPLACED, under: str = ""
) -> tuple[Case, IssuedCode]:
    """Return the case with a fresh code, which is shown this once; a code handed over before is dead from now on, for the ``reason``.

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
    return case, code


def _holder(actor: Actor, case: Case, *, now: datetime, under: str) -> Standing:
    standing = standing_of(actor, case, now=now, under=under)
    if standing.mandate is not None and not standing.mandate.is_statutory:
        raise NotAllowed(_("Only the person concerned, or who represents them by law, can get a fresh code."), code="code_not_yours")
    return standing
