"""A natural person whom the hall knows by an identity document."""

from __future__ import annotations

import uuid

from django.db import models

from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.identifiers import normalise_resident_id


class Person(models.Model):
    """One person, however they sign in.

    Personal data: name, document number and phone are S4 (PIPL art. 28), kept to let the person follow their own matters,
    until the account is closed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = EncryptedTextField()
    id_number = EncryptedTextField()
    id_number_index = BlindIndexField(source="id_number", normalise=normalise_resident_id, unique=True)
    phone = EncryptedTextField(blank=True, default="")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def index_for_lookup(self) -> bytes | None:
        """What finds everything that is theirs by their ID number, also while the keys of blind indexes are rotated."""
        field = self._meta.get_field("id_number_index")
        return field.indexed_in(self) if isinstance(field, BlindIndexField) else None
