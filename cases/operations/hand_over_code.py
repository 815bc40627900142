"""Give a party the inquiry code of their case: on the receipt, or a fresh one when the old is lost or was seen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cases.models import Case
from cases.operations.locking import check_live, lock_case
from cases.permissions import CODE, check_may, party_of
from foundation.accounts.actors import Actor, ActorKind
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.inquiries.models import InquiryCode
from foundation.inquiries.operations.issue_code import IssuedCode
from foundation.inquiries.operations.rotate_code import rotate_code


@transaction.atomic
def hand_over_code(
    *, actor: Actor, reference: str, now: datetime, reason: InquiryCode.RevokeReason = InquiryCode.RevokeReason.REPLACED
) -> tuple[Case, IssuedCode]:
    """Return the case with a fresh code, which is shown this once; a code handed over before is dead from now on, for the ``reason``.

    A closed case has a code too: it answers like an unknown one until the case is opened, so that the paper alone tells nothing.
    """
    case = lock_case(reference)
    if actor.kind == ActorKind.RESIDENT:
        party_of(actor, case)
        right = OWN
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
    action, changes = ("case.issue_code", None) if is_first else ("case.rotate_code", {"reason": (None, str(reason))})
    record_action(actor=actor, action=action, capability=right, subject=case, now=now, changes=changes)
    return case, code
