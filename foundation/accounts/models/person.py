"""A natural person whom the hall knows by an identity document."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.identifiers import normalise_resident_id

# An operator gives a number that was handed back to somebody else after ninety days at the earliest (工信部 2016, 码号规则).
PHONE_RESTS_AFTER: Final = timedelta(days=90)
PHONE_PURPOSE: Final = "person-phone"


class PersonQuerySet(models.QuerySet["Person"]):
    """People by what signs them in."""

    def known_by(self, id_number: str) -> PersonQuerySet:
        """At most one person: the one with this ID number."""
        return self.filter(id_number_index__of=id_number)  # type: ignore[misc]  # our own lookup

    def with_proved_phone(self, number: str) -> PersonQuerySet:
        """At most one person: who proved last that this is their number, however long ago."""
        return self.filter(phone_index__of=number, phone_verified_at__isnull=False)  # type: ignore[misc]  # our own lookup

    def signed_in_by_phone(self, number: str, *, now: datetime) -> PersonQuerySet:
        """At most one person: whose number this is, proved, and used often enough that it cannot be somebody else's by now."""
        return self.with_proved_phone(number).filter(phone_used_at__gt=now - PHONE_RESTS_AFTER)


class Person(models.Model):
    """One person, however they sign in.

    Personal data: name, document number and phone are S4 (PIPL art. 28), kept to let the person follow their own matters,
    until the account is closed.

    ``phone`` signs its person in once it was proved by a code (``phone_verified_at``), and as long as it was used for that
    within :data:`PHONE_RESTS_AFTER` (``phone_used_at``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = EncryptedTextField()
    id_number = EncryptedTextField()
    id_number_index = BlindIndexField(source="id_number", normalise=normalise_resident_id, unique=True)
    phone = EncryptedTextField(blank=True, default="")
    phone_index = BlindIndexField(source="phone", purpose=PHONE_PURPOSE, null=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    phone_used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = PersonQuerySet.as_manager()

    kind_of_matter: ClassVar[str] = "account"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("phone_index",),
                condition=Q(phone_verified_at__isnull=False),
                name="accounts_phone_signs_one_person_in",
                violation_error_message=_("This number signs somebody else in."),
            ),
            models.CheckConstraint(
                name="accounts_verified_phone_is_there",
                condition=Q(phone_verified_at=None, phone_used_at=None)
                | Q(phone_verified_at__isnull=False, phone_used_at__isnull=False, phone_index__isnull=False),
                violation_error_message=_("A number that signs in is there, was proved and was used."),
            ),
        )

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def index_for_lookup(self) -> bytes | None:
        """What finds everything that is theirs by their ID number, also while the keys of blind indexes are rotated."""
        field = self._meta.get_field("id_number_index")
        return field.indexed_in(self) if isinstance(field, BlindIndexField) else None

    def phone_signs_in(self, *, now: datetime) -> bool:
        """Whether the person's number opens the door at this moment."""
        return self.phone_used_at is not None and self.phone_used_at > now - PHONE_RESTS_AFTER
