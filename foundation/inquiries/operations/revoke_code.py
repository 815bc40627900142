"""Make a code open nothing from now on."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from foundation.errors import Conflict
from foundation.inquiries.models import InquiryCode


def revoke_code(*, kind: str, subject_reference: str, reason: InquiryCode.RevokeReason, actor: str, now: datetime) -> None:
    """Revoke the matter's code; raise ``Conflict(code="no_code")`` if it has none."""
    if not revoke_if_any(kind=kind, subject_reference=subject_reference, reason=reason, actor=actor, now=now):
        raise Conflict(_("This matter has no code that could be revoked."), code="no_code")


def revoke_if_any(*, kind: str, subject_reference: str, reason: InquiryCode.RevokeReason, actor: str, now: datetime) -> bool:
    """Revoke the matter's code and return whether there was one."""
    codes = InquiryCode.objects.unrevoked_of(kind=kind, subject_reference=subject_reference)
    return bool(codes.update(revoked_at=now, revoked_by=actor, revoke_reason=reason))
