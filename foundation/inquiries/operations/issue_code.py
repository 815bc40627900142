"""Hand out the first code of a matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.errors import Conflict
from foundation.inquiries.codes import TypedCode, new_token, new_typed_code, token_digest
from foundation.inquiries.hashing import hash_code
from foundation.inquiries.models import InquiryCode
from foundation.inquiries.registry import resolver_of

# With half of all selectors taken, one call in 2^40 would not find a free one.
TRIES = 40


@dataclass(frozen=True, kw_only=True)
class IssuedCode:
    """Both secrets, for the receipt that is printed now. They cannot be had again and are not shown by ``repr``."""

    token: str = field(repr=False)
    typed: str = field(repr=False)


def issue_code(
    *, kind: str, subject_reference: str, bureau_code: str, actor: str, now: datetime, expires_at: datetime | None = None
) -> IssuedCode:
    """Make a code for a matter without one and return its secrets, this once; ``actor`` is the label for the record.

    Raises ``Conflict(code="code_already_issued")`` if the matter has one, and ``Unavailable`` if too many hashes are under way.
    """
    resolver_of(kind)
    if InquiryCode.objects.unrevoked_of(kind=kind, subject_reference=subject_reference).exists():
        raise _already_issued()
    for _attempt in range(TRIES):
        typed, token = _free_code(), new_token()
        code = InquiryCode(
            kind=kind,
            bureau_code=bureau_code,
            subject_reference=subject_reference,
            selector=typed.selector,
            secret_hash=hash_code(typed),
            token_digest=token_digest(token),
            issued_at=now,
            issued_by=actor,
            expires_at=expires_at,
        )
        if _save(code):
            return IssuedCode(token=token, typed=typed.printed)
    raise RuntimeError("no free selector was found")


def _free_code() -> TypedCode:
    """Return a code whose selector is free at this moment: cheaper to ask than to hash in vain."""
    for _attempt in range(TRIES):
        typed = new_typed_code()
        if not InquiryCode.objects.filter(selector=typed.selector).exists():
            return typed
    raise RuntimeError("no free selector was found")


def _save(code: InquiryCode) -> bool:
    """Save and return true, or return false if another call took the selector; raise ``Conflict`` if one served the matter."""
    try:
        with transaction.atomic():
            code.save(force_insert=True)
    except IntegrityError:
        if InquiryCode.objects.unrevoked_of(kind=code.kind, subject_reference=code.subject_reference).exists():
            raise _already_issued() from None
        return False
    return True


def _already_issued() -> Conflict:
    return Conflict(_("A code for this matter was handed out already. Hand out a fresh one instead."), code="code_already_issued")
