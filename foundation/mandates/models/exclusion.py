"""Who may not see one matter, whatever they may do for others."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.encryption.fields import BlindIndexField, EncryptedTextField
from foundation.identifiers import normalise_resident_id


class Exclusion(models.Model):
    """One person who has no access to one matter through another: a guardian may be the suspect (Protection of Minors art. 103, 111).

    It is about the person, not about a mandate: a guardianship recorded anew does not lift it. Personal data: name and number of
    the person, and the reason (S4), kept to protect whom the matter is about; as long as the matter is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.CharField(max_length=60)
    bureau_code = models.CharField(max_length=6)
    name = EncryptedTextField(max_length=100)
    id_number = EncryptedTextField()
    id_number_index = BlindIndexField(source="id_number", normalise=normalise_resident_id)
    explanation = EncryptedTextField(max_length=300)
    excluded_at = models.DateTimeField()
    excluded_by = models.CharField(max_length=80)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=80, blank=True, default="")

    kind_of_matter: ClassVar[str] = "exclusion"

    class Meta:
        indexes = (models.Index(fields=("id_number_index", "matter"), name="exclusion_of_whom"),)
        constraints = (
            models.UniqueConstraint(
                fields=("matter", "id_number_index"),
                condition=Q(lifted_at__isnull=True),
                name="mandates_exclusion_once",
                violation_error_message=_("This person has no access already."),
            ),
            models.CheckConstraint(
                name="mandates_exclusion_lifted_by_somebody",
                condition=Q(lifted_at__isnull=True, lifted_by="") | (Q(lifted_at__isnull=False) & ~Q(lifted_by="")),
                violation_error_message=_("Who lifted it, and when, are told together."),
            ),
        )

    def __str__(self) -> str:
        return f"exclusion from {self.matter}"
