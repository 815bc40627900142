"""Who acts for a company."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Person
from foundation.encryption.fields import EncryptedTextField
from foundation.identifiers import new_reference
from foundation.mandates.models.company import Company
from foundation.mandates.models.period import Holding, Period, PeriodQuerySet
from foundation.mandates.scopes import Scope
from foundation.organisations.models import Organisation


def new_agency_reference() -> str:
    """Return a fresh public reference of an agency."""
    return new_reference("MA")


class AgencyQuerySet(PeriodQuerySet["Agency"]):
    """Agencies by whether they hold."""


class Agency(Period):
    """One agent of one company: its legal representative (Civil Code art. 61), or whom it gave a power of attorney (art. 165).

    Personal data: that a person acts for a company, and the note on the proof, kept to let them follow the company's matters; as
    long as the log that names it.
    """

    reference = models.CharField(max_length=20, unique=True, default=new_agency_reference, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="agencies")
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="agencies")
    is_legal_representative = models.BooleanField(default=False)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    evidence = EncryptedTextField(max_length=300)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    objects = AgencyQuerySet.as_manager()

    class Meta(Period.Meta):
        abstract = False
        indexes = (models.Index(fields=("unit", "-recorded_at"), name="agency_by_unit"),)
        constraints: ClassVar[tuple[Any, ...]] = (
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="mandates_agency_scopes",
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gte=1),
                violation_error_message=_("Choose what the agent may do."),
            ),
            models.CheckConstraint(
                name="mandates_agency_has_an_end",
                condition=Q(is_legal_representative=True) | Q(until_at__isnull=False),
                violation_error_message=_("Only a legal representative acts without an end."),
            ),
            ExclusionConstraint(
                name="mandates_agency_once_at_a_time",
                expressions=[
                    (F("company"), RangeOperators.EQUAL),
                    (F("agent"), RangeOperators.EQUAL),
                    (Holding("from_at", "over_at"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person is an agent of the company already."),
            ),
            ExclusionConstraint(
                name="mandates_agency_one_legal_representative",
                expressions=[(F("company"), RangeOperators.EQUAL), (Holding("from_at", "over_at"), RangeOperators.OVERLAPS)],
                condition=Q(is_legal_representative=True),
                violation_error_message=_("A company has one legal representative: end the one on record first."),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def bureau_code(self) -> str:
        """Six digits of the bureau where it was recorded."""
        return self.unit.bureau_code
