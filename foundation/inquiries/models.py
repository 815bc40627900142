"""The table of codes."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.inquiries.codes import SELECTOR_LENGTH


def is_live(*, expires_at: datetime | None, revoked_at: datetime | None, now: datetime) -> bool:
    """Whether a code with these dates opens its matter at this moment."""
    return revoked_at is None and (expires_at is None or expires_at > now)


class InquiryCodeQuerySet(models.QuerySet["InquiryCode"]):
    """Codes by what they open."""

    def unrevoked_of(self, *, kind: str, subject_reference: str) -> InquiryCodeQuerySet:
        """The code of one matter that was not revoked: none or one."""
        return self.filter(kind=kind, subject_reference=subject_reference, revoked_at__isnull=True)


class InquiryCode(models.Model):
    """One code that was handed out for a matter, with no secret in it that could be read.

    Personal data: ``issued_by`` and ``revoked_by`` are officers' public references. Kept as long as the matter is, to show
    when and by whom its codes were handed out.
    """

    class RevokeReason(models.TextChoices):
        """Why a code opens nothing any more."""

        REPLACED = "replaced", _("Replaced by a fresh code")
        LOST = "lost", _("The receipt was lost")
        SEEN = "seen", _("Somebody else saw the code")
        WITHDRAWN = "withdrawn", _("Withdrawn at the person's wish")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    bureau_code = models.CharField(max_length=6)
    subject_reference = models.CharField(max_length=40)
    selector = models.CharField(max_length=SELECTOR_LENGTH)
    secret_hash = models.CharField(max_length=128)
    token_digest = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=100)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=100, default="")
    revoke_reason = models.CharField(max_length=12, choices=RevokeReason, default="")

    objects = InquiryCodeQuerySet.as_manager()

    class Meta:
        # Selector, token and the reference of a matter are random: none of these keys needs the bureau to hold in a whole country.
        constraints = (
            models.UniqueConstraint(name="inquiries_code_selector", fields=("selector",)),
            models.UniqueConstraint(name="inquiries_code_token", fields=("token_digest",)),
            models.UniqueConstraint(
                name="inquiries_code_one_per_matter",
                fields=("kind", "subject_reference"),
                condition=Q(revoked_at__isnull=True),
                violation_error_message=_("A code for this matter was handed out already."),
            ),
            models.CheckConstraint(
                name="inquiries_code_revoked_whole",
                condition=Q(revoked_at__isnull=True, revoked_by="", revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by="") & ~Q(revoke_reason="")),
                violation_error_message=_("A revoked code says when, by whom and why."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_reference}"

    def is_live(self, now: datetime) -> bool:
        """Whether the code opens its matter at this moment."""
        return is_live(expires_at=self.expires_at, revoked_at=self.revoked_at, now=now)
