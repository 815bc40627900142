"""Taking a paper back: one officer proposes, another confirms."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.documents.models.document import Document


class Revocation(models.Model):
    """A paper that no longer holds, on a ground from a closed list. No officer can do it alone (ASVS 2.3.5)."""

    class Ground(models.TextChoices):
        """Why a paper is taken back."""

        ISSUED_IN_ERROR = "issued_in_error", _("It was issued in error")
        OBTAINED_BY_DECEIT = "obtained_by_deceit", _("It was obtained by deceit")
        LAPSED = "lapsed", _("What it was issued for no longer holds")
        DATA_WRONG = "data_wrong", _("Something on it is wrong")

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="revocation")
    ground = models.CharField(max_length=24, choices=Ground)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="documents_revoked_by_two",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                violation_error_message=_("Another officer must confirm: nobody takes a paper back alone."),
            ),
            models.CheckConstraint(
                name="documents_confirmed_by_somebody",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                violation_error_message=_("Who confirmed, and when, are told together."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.document}: {self.ground}"
