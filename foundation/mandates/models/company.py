"""Companies and other organisations that have matters of their own."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import new_reference
from foundation.organisations.models import Organisation


def new_company_reference() -> str:
    """Return a fresh public reference of a company."""
    return new_reference("MC")


class Company(models.Model):
    """A company as its business licence names it. Personal data: none; name and code are in the public register."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True, default=new_company_reference, editable=False)
    credit_code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=120)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=80)

    kind_of_matter: ClassVar[str] = "company"

    class Meta:
        indexes = (models.Index(fields=("unit", "-registered_at"), name="company_by_unit"),)
        constraints = (
            models.CheckConstraint(
                name="mandates_company_credit_code",
                condition=Q(credit_code__regex=r"^[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}$"),
                violation_error_message=_("A unified social credit code has 18 digits and capital letters, as on the business licence."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"

    @property
    def bureau_code(self) -> str:
        """Six digits of the bureau where it was registered."""
        return self.unit.bureau_code
