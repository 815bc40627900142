"""Complaints about how a case is handled, to the unit above the one that handles it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.party import Party
from foundation.encryption.fields import EncryptedTextField
from foundation.identifiers import new_reference
from foundation.organisations.models import Organisation


def new_complaint_reference() -> str:
    """Return a fresh public reference of a complaint."""
    return new_reference("P")


class Complaint(models.Model):
    """One complaint. It has an inquiry code of its own.

    Personal data (S4): the text and the answer; kept as long as the case.
    """

    class Status(models.TextChoices):
        """How far a complaint is."""

        RECEIVED = "received", _("Received")
        ANSWERED = "answered", _("Answered")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True, default=new_complaint_reference, editable=False)
    bureau_code = models.CharField(max_length=6)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="complaints")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="complaints")
    about = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="complaints_about")
    addressed_to = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="complaints")
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    text = EncryptedTextField()
    answer = EncryptedTextField(blank=True, default="")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=80, blank=True, default="")

    kind_of_matter = "complaint"

    class Meta:
        indexes = (models.Index(fields=("addressed_to", "due_at"), name="complaint_due", condition=Q(answered_at__isnull=True)),)
        constraints = (
            models.UniqueConstraint(
                fields=("case", "party"),
                condition=Q(answered_at__isnull=True),
                name="cases_complaint_one_at_a_time",
                violation_error_message=_("A complaint of yours about this case is still being looked into."),
            ),
            models.CheckConstraint(
                name="cases_complaint_answered_by_somebody",
                condition=Q(status="received", answered_at__isnull=True, answered_by="")
                | (Q(status="answered", answered_at__isnull=False) & ~Q(answered_by="")),
            ),
        )

    def __str__(self) -> str:
        return self.reference
