"""The case: what the hall knows of a report, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.domain.clocks import HANDOVER
from cases.domain.publication import Ground, Publication, is_open_to_inquiry
from cases.domain.statuses import Kind, Status
from cases.models.category import Category
from foundation.accounts.models import User
from foundation.identifiers import new_reference
from foundation.organisations.models import Organisation, path_range
from foundation.progress.chain import GENESIS

if TYPE_CHECKING:
    from foundation.accounts.actors import Actor
    from foundation.mandates.mandate import Mandate

DUE_SOON = timedelta(days=3)


def new_case_reference() -> str:
    """Return a fresh public reference of a case."""
    return new_reference("C")


def _genesis() -> bytes:
    return GENESIS


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases by who may see them and by what the unit has to do."""

    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """Cases of the units at and below which the actor may read cases; for a resident, the cases they are a party of."""
        if actor.id_number_index is not None:
            return self.filter(parties__id_number_index=actor.id_number_index, parties__removed_at__isnull=True).distinct()
        query = Q(pk__in=())
        for path in actor.paths_for("case.read"):
            query |= path_range(path, field="unit__path")
        return self.filter(query)

    def of_mandates(self, mandates: Sequence[Mandate]) -> CaseQuerySet:
        """Cases in which somebody has a part for whom one of these mandates lets act."""
        indexes = [each.id_number_index for each in mandates if each.id_number_index]
        codes = [each.credit_code for each in mandates if each.credit_code]
        is_for = Q(parties__id_number_index__in=indexes) | Q(parties__credit_code__in=codes)
        return self.filter(is_for, parties__removed_at__isnull=True).distinct()

    def of_unit(self, unit: Organisation) -> CaseQuerySet:
        """Cases that this very unit handles."""
        return self.filter(unit=unit)

    def live(self) -> CaseQuerySet:
        """Cases that still run and were not merged into another."""
        return self.filter(closed_at__isnull=True, merged_into__isnull=True)

    def new(self) -> CaseQuerySet:
        """Cases that no officer has taken in hand."""
        return self.live().filter(officer__isnull=True)

    def overdue(self, now: datetime) -> CaseQuerySet:
        """Cases whose legal term is over."""
        return self.live().filter(due_at__lt=now)

    def due_soon(self, now: datetime) -> CaseQuerySet:
        """Cases whose legal term ends within three days."""
        return self.live().filter(due_at__gte=now, due_at__lt=now + DUE_SOON)

    def waiting_for_reply(self) -> CaseQuerySet:
        """Cases in which a party has asked and nobody has answered."""
        return self.filter(waiting_since__isnull=False, merged_into__isnull=True)

    def without_code(self, now: datetime) -> CaseQuerySet:
        """Cases of a counter whose reporter should hold an inquiry code by now and does not, also when a feed tells of them since."""
        return self.live().filter(code_issued_at__isnull=True, reported_at__lt=now - HANDOVER, registered_by__startswith="officer:")

    def open_to_inquiry(self) -> CaseQuerySet:
        """Cases that a receipt's holder can follow."""
        return self.exclude(publication=Publication.CLOSED).filter(is_counter_only=False)


class Case(models.Model):
    """One report that the police took.

    ``due_at`` is the stage's legal deadline as :mod:`cases.domain.clocks` computes it from the timeline and the calendar,
    written down for the worklists; ``manage.py recompute_deadlines`` writes it anew when a holiday is added. Personal data:
    none here (see ``Party``); that a person has a case is S4.
    """

    reference = models.CharField(max_length=20, default=new_case_reference, editable=False)
    bureau_code = models.CharField(max_length=6)
    # Each index of its own would be written with every step of every case; those of the worklists begin with the unit.
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cases", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="cases")
    status = models.CharField(max_length=32, choices=Status)
    status_since = models.DateTimeField()
    stage_since = models.DateTimeField()
    publication = models.CharField(max_length=10, choices=Publication, default=Publication.OPEN)
    ground = models.CharField(max_length=24, choices=Ground, blank=True, default="")
    is_counter_only = models.BooleanField(default=False)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    reported_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=80)
    code_issued_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_cases")
    source = models.CharField(max_length=60, blank=True, default="")
    source_case_id = models.CharField(max_length=80, blank=True, default="")
    source_sequence = models.PositiveIntegerField(default=0)
    progress_length = models.PositiveIntegerField(default=0)
    progress_head = models.BinaryField(max_length=32, default=_genesis)

    objects = CaseQuerySet.as_manager()
    kind_of_matter = "case"

    class Meta:
        indexes = (
            models.Index(fields=("unit", "due_at"), name="case_unit_due", condition=Q(closed_at__isnull=True, merged_into__isnull=True)),
            models.Index(
                fields=("unit", "-registered_at"),
                name="case_unit_new",
                condition=Q(closed_at__isnull=True, merged_into__isnull=True, officer__isnull=True),
            ),
            models.Index(fields=("unit", "waiting_since"), name="case_unit_waiting", condition=Q(waiting_since__isnull=False)),
            models.Index(fields=("unit", "-registered_at", "-id"), name="case_unit_registered"),
            models.Index(fields=("unit", "reported_at"), name="case_unit_reported"),
            models.Index(
                fields=("unit", "reported_at"),
                name="case_unit_without_code",
                condition=Q(
                    closed_at__isnull=True, merged_into__isnull=True, code_issued_at__isnull=True, registered_by__startswith="officer:"
                ),
            ),
            models.Index(fields=("source_case_id",), name="case_by_source_number", condition=~Q(source="")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("reference",),
                name="cases_case_reference_once",
                violation_error_message=_("Another case has this reference."),
            ),
            models.UniqueConstraint(
                fields=("bureau_code", "source", "source_case_id"),
                condition=~Q(source=""),
                name="cases_case_once_per_source",
                violation_error_message=_("This case of the source system is already here."),
            ),
            models.CheckConstraint(
                name="cases_case_closed_on_a_ground",
                condition=Q(publication="open", ground="") | (~Q(publication="open") & ~Q(ground="")),
                violation_error_message=_("A case that is not open names its ground."),
            ),
            models.CheckConstraint(
                name="cases_case_closed_by_somebody",
                condition=Q(closed_at__isnull=True, closed_by="") | (Q(closed_at__isnull=False) & ~Q(closed_by="")),
                violation_error_message=_("Who closed a case, and when, are told together."),
            ),
            models.CheckConstraint(
                name="cases_case_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                violation_error_message=_("A case cannot be merged into itself."),
            ),
            models.CheckConstraint(
                name="cases_case_reported_before_registered",
                condition=Q(registered_at__gte=F("reported_at")),
                violation_error_message=_("A report cannot lie in the future."),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open_to_inquiry(self) -> bool:
        """Whether the holder of a receipt can see anything of the case."""
        return is_open_to_inquiry(publication=self.publication, is_counter_only=self.is_counter_only)
