"""By what a resident signs in: accounts at identity providers, and one phone number."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models.person import Person
from foundation.encryption.fields import EncryptedTextField
from foundation.encryption.keys import index_key
from foundation.identity_providers.assurance import Assurance

LEVELS = [(level.value, level.label) for level in Assurance]


def subject_digest(provider: str, subject: str) -> bytes:
    """Return the keyed hash under which an account at a provider is found again; what the provider calls it is kept nowhere."""
    return hmac.digest(index_key("identity-subject"), f"{provider}\0{subject}".encode(), hashlib.sha256)


class Identity(models.Model):
    """One account at an identity provider that signs one person in.

    Personal data: the provider's name for the person as a keyed hash that nobody can read back, and when it was used (S3), kept
    to recognise the person, until it is unlinked or the account is closed. Nothing else of what a provider tells is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identities")
    provider = models.SlugField(max_length=20)
    subject_digest = models.BinaryField(max_length=32)
    assurance = models.CharField(max_length=12, choices=LEVELS)
    linked_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("provider", "subject_digest"),
                name="accounts_identity_signs_one_person_in",
                violation_error_message=_("This identity signs somebody else in. It has to be unlinked there first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} of {self.person}"


class PhoneChangeQuerySet(models.QuerySet["PhoneChange"]):
    """Changes by whether they still wait."""

    def waiting(self) -> PhoneChangeQuerySet:
        """Changes that have neither taken effect nor been stopped."""
        return self.filter(applied_at=None, stopped_at=None)

    def due(self, now: datetime) -> PhoneChangeQuerySet:
        """Waiting changes whose time has come."""
        return self.waiting().filter(takes_effect_at__lte=now)


class PhoneChange(models.Model):
    """A new phone number for signing in, proved by a code, that waits until whoever holds the old one had time to object.

    Personal data: the new and the old number (S4), kept to carry the change out and to tell the old number of it; the
    row is deleted thirty days after the change took effect or was stopped.
    """

    class Stopped(models.TextChoices):
        """Why a change did not take effect."""

        BY_PERSON = "by_person", _("Stopped by the person")
        BY_NEWER = "by_newer", _("Replaced by a newer change")
        BY_COUNTER = "by_counter", _("Replaced at a counter")
        NUMBER_TAKEN = "number_taken", _("The number signs somebody else in by now")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="phone_changes")
    number = EncryptedTextField(blank=True, default="")
    old_number = EncryptedTextField(blank=True, default="")
    language = models.CharField(max_length=10)
    requested_at = models.DateTimeField()
    takes_effect_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_because = models.CharField(max_length=14, choices=Stopped, blank=True, default="")

    objects = PhoneChangeQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("takes_effect_at",), name="accounts_phone_changes_due", condition=Q(applied_at=None, stopped_at=None)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(applied_at=None, stopped_at=None),
                name="accounts_one_phone_change_waits",
                violation_error_message=_("Another change of the number waits already."),
            ),
            models.CheckConstraint(
                name="accounts_phone_change_applied_or_stopped",
                condition=Q(applied_at=None) | Q(stopped_at=None),
                violation_error_message=_("A change either took effect or was stopped."),
            ),
            models.CheckConstraint(
                name="accounts_phone_change_stopped_for_a_reason",
                condition=Q(stopped_at=None, stopped_because="") | (Q(stopped_at__isnull=False) & ~Q(stopped_because="")),
                violation_error_message=_("When a change was stopped, and why, are told together."),
            ),
        )

    def __str__(self) -> str:
        return f"phone change of {self.person}"
