"""Who acts for a child by law."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Person
from foundation.encryption.fields import EncryptedTextField
from foundation.identifiers import new_reference
from foundation.mandates.models.period import Holding, Period, PeriodQuerySet
from foundation.organisations.models import Organisation


def new_guardianship_reference() -> str:
    """Return a fresh public reference of a guardianship."""
    return new_reference("MG")


class GuardianshipQuerySet(PeriodQuerySet["Guardianship"]):
    """Guardianships by whether they hold."""


class Guardianship(Period):
    """One guardian of one child, as an officer saw it proven: until the eighteenth birthday at the latest (Civil Code art. 17, 27).

    Personal data: that two persons are child and guardian, and the note on the proof (S4), kept to let a guardian follow the
    child's matters; as long as the log that names it.
    """

    class Kind(models.TextChoices):
        """Parents are guardians by birth or adoption; anybody else by an order, an appointment or an agreement (art. 27-32)."""

        PARENT = "parent", _("Parent")
        OTHER = "other", _("Other guardian")

    reference = models.CharField(max_length=20, unique=True, default=new_guardianship_reference, editable=False)
    child = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="guardianships")
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="wards")
    kind = models.CharField(max_length=8, choices=Kind)
    evidence = EncryptedTextField(max_length=300)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    objects = GuardianshipQuerySet.as_manager()

    class Meta(Period.Meta):
        abstract = False
        indexes = (models.Index(fields=("unit", "-recorded_at"), name="guardianship_by_unit"),)
        constraints: ClassVar[tuple[Any, ...]] = (
            *Period.Meta.constraints,
            models.CheckConstraint(
                name="mandates_guardianship_of_another",
                condition=~Q(child=F("guardian")),
                violation_error_message=_("Nobody is their own guardian."),
            ),
            models.CheckConstraint(
                name="mandates_guardianship_has_an_end",
                condition=Q(until_at__isnull=False),
                violation_error_message=_("A guardianship of a child ends with the eighteenth birthday."),
            ),
            ExclusionConstraint(
                name="mandates_guardianship_once_at_a_time",
                expressions=[
                    (F("child"), RangeOperators.EQUAL),
                    (F("guardian"), RangeOperators.EQUAL),
                    (Holding("from_at", "over_at"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This guardianship is on record already."),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def bureau_code(self) -> str:
        """Six digits of the bureau where it was recorded."""
        return self.unit.bureau_code
