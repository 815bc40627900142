"""Requests for one-time codes."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.encryption.fields import EncryptedTextField


class OneTimeCode(models.Model):
    """One request for a code, by one browser, for one number and one purpose. Whether a text follows, the row does not show.

    Personal data: the number that was typed (S4), kept to send the code and to know whose number it proved; the row is deleted
    a day after it expired. The code itself is kept nowhere: it is made when it is sent, and only a keyed hash of it stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20)
    # SHA-256 of 256 random bits that only the asking browser's session holds.
    request_digest = models.BinaryField(max_length=32, unique=True)
    number = EncryptedTextField()
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    code_digest = models.BinaryField(max_length=32, null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("expires_at",), name="one_time_codes_by_expiry"),)
        constraints = (
            models.CheckConstraint(
                name="one_time_codes_used_only_if_sent",
                condition=Q(used_at=None) | Q(code_digest__isnull=False),
                violation_error_message=_("A code that was never made cannot have been used."),
            ),
        )

    def __str__(self) -> str:
        return f"one-time code {self.pk} for {self.purpose}"
