"""Hand out a fresh code; the old one is dead in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foundation.inquiries.models import InquiryCode
from foundation.inquiries.operations.issue_code import IssuedCode, issue_code
from foundation.inquiries.operations.revoke_code import revoke_if_any


@transaction.atomic
def rotate_code(
    *,
    kind: str,
    subject_reference: str,
    bureau_code: str,
    actor: str,
    now: datetime,
    reason: InquiryCode.RevokeReason = InquiryCode.RevokeReason.REPLACED,
    expires_at: datetime | None = None,
) -> IssuedCode:
    """Revoke the matter's code if it has one, and return the secrets of a fresh one, this once.

    Of two calls at the same moment the second waits for the first and raises ``Conflict(code="code_already_issued")``.
    """
    revoke_if_any(kind=kind, subject_reference=subject_reference, reason=reason, actor=actor, now=now)
    return issue_code(kind=kind, subject_reference=subject_reference, bureau_code=bureau_code, actor=actor, now=now, expires_at=expires_at)
