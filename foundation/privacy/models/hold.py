"""Legal holds: what must not be forgotten yet, although its term is over."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.encryption.fields import EncryptedTextField
from foundation.identifiers import new_reference
from foundation.organisations.models import Organisation


def new_hold_reference() -> str:
    """Return a fresh public reference of a legal hold."""
    return new_reference("H")


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    """Holds by whether they hold."""

    def live(self, on: date) -> LegalHoldQuerySet:
        """Holds that nobody lifted and that have not ended by that day."""
        return self.filter(lifted_at__isnull=True, ends_on__gte=on)


class LegalHold(models.Model):
    """One matter or account whose data the purge spares until a day, for a court, an inquiry or an inspection.

    Personal data: ``ground`` may name a person and is encrypted; officers' public references. Kept three years after its end.
    """

    class Kind(models.TextChoices):
        """What can be held."""

        CASE = "case", _("A case")
        ACCOUNT = "account", _("A resident's account")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True, default=new_hold_reference, editable=False)
    bureau_code = models.CharField(max_length=6)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="legal_holds")
    kind = models.CharField(max_length=10, choices=Kind)
    subject_reference = models.CharField(max_length=40)
    ground = EncryptedTextField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=80)
    ends_on = models.DateField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=80, blank=True, default="")

    objects = LegalHoldQuerySet.as_manager()
    kind_of_matter = "hold"

    class Meta:
        indexes = (models.Index(fields=("kind", "subject_reference"), name="privacy_hold_by_subject"),)
        constraints = (
            models.CheckConstraint(
                name="privacy_hold_lifted_by_somebody",
                condition=Q(lifted_at__isnull=True, lifted_by="") | (Q(lifted_at__isnull=False) & ~Q(lifted_by="")),
                violation_error_message=_("Who lifted a hold, and when, are told together."),
            ),
        )

    def __str__(self) -> str:
        return self.reference
