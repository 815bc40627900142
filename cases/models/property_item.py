"""Things that the police took, keep or gave back in a case."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from foundation.encryption.fields import EncryptedTextField
from foundation.identifiers import new_reference


def new_item_reference() -> str:
    """Return a fresh public reference of a property item."""
    return new_reference("T")


class PropertyItem(models.Model):
    """One thing. Criminal Procedure Law arts. 141-145; PSB Criminal Procedure Provisions arts. 227-236.

    Personal data (S3): the description may tell whose it is; kept as long as the case. Shown to verified parties only.
    """

    class Status(models.TextChoices):
        """Where the thing is."""

        TAKEN = "taken", _("Taken by the police")
        KEPT = "kept", _("In the property store")
        RETURNED = "returned", _("Given back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True, default=new_item_reference, editable=False)
    bureau_code = models.CharField(max_length=6)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="property_items")
    description = EncryptedTextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.TAKEN)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=80)
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.CharField(max_length=80, blank=True, default="")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.CharField(max_length=80, blank=True, default="")

    kind_of_matter = "property"

    class Meta:
        indexes = (models.Index(fields=("case", "taken_at"), name="property_by_case"),)
        constraints = (
            models.CheckConstraint(
                name="cases_property_returned_by_somebody",
                condition=(~Q(status="returned") & Q(returned_at__isnull=True, returned_by=""))
                | (Q(status="returned", returned_at__isnull=False) & ~Q(returned_by="")),
                violation_error_message=_("Who gave a thing back, and when, are told together."),
            ),
        )

    def __str__(self) -> str:
        return self.reference


class PropertyPhoto(models.Model):
    """A photo of a thing: re-encoded on arrival, so that no metadata of the camera is left in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(PropertyItem, on_delete=models.PROTECT, related_name="photos")
    image = models.FileField(upload_to="property/")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"photo of {self.item_id}"
