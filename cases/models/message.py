"""Messages between a party and the unit that handles the case."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.party import Party
from foundation.encryption.fields import EncryptedTextField


class Message(models.Model):
    """One message; from a party when ``party`` is set, else from the unit. ``mandate`` names what let somebody write for the party.

    Personal data (S4): the text; kept as long as the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    text = EncryptedTextField()
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)
    mandate = models.CharField(max_length=20, blank=True, default="")
    officer_name = models.CharField(max_length=100, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=("case", "sent_at"), name="message_by_case"),)
        constraints = (
            models.CheckConstraint(
                name="cases_message_answered_by_somebody",
                condition=Q(answered_at__isnull=True, answered_by="") | (Q(answered_at__isnull=False) & ~Q(answered_by="")),
            ),
            models.CheckConstraint(
                name="cases_message_only_a_partys_is_answered", condition=Q(answered_at__isnull=True) | Q(party__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"message in {self.case_id}"
