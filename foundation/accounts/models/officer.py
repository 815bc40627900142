"""What only officers have: a phone of their own by which the hall reaches them, and a code that opens a new account once."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.user import User
from foundation.encryption.fields import BlindIndexField, EncryptedTextField


class OfficerContact(models.Model):
    """The phone of an officer.

    Personal data: the officer's phone (S3), kept so that the hall can reach the officer about the account, until another is given.
    Two officers who serve never have the same: a message about one must not reach the other. ``is_active`` follows the account's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="contact")
    phone = EncryptedTextField()
    phone_index = BlindIndexField(source="phone", purpose="officer_phone")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("phone_index",),
                condition=Q(is_active=True),
                name="accounts_phone_of_one_officer",
                violation_error_message=_("Another officer has this phone number."),
            ),
        )

    def __str__(self) -> str:
        return f"contact of {self.user}"


class Invitation(models.Model):
    """A code that opens an officer's account once: the officer sets the password that nobody else ever knew.

    Personal data: none; ``code_digest`` is the SHA-256 of 120 random bits.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    code_digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="accounts_invitation_one_at_a_time",
                violation_error_message=_("An earlier code still waits to be used."),
            ),
        )

    def __str__(self) -> str:
        return f"invitation of {self.user}"
