"""The timeline of a case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.domain.publication import Ground
from cases.domain.statuses import Status
from cases.models.case import Case
from foundation.progress.models import TimelineEntry


class EntryKind(models.TextChoices):
    """What an entry tells."""

    STATUS = "status", _("Step")
    NOTE = "note", _("News")
    CORRECTION = "correction", _("Correction")
    WITHHELD = "withheld", _("Withheld afterwards")
    RELEASED = "released", _("Released")
    TRANSFER = "transfer", _("Another unit took over")
    MERGE = "merge", _("Joined with another case")
    EXTENSION = "extension", _("Term extended")
    SUSPENSION = "suspension", _("Clock stopped for an expert examination")
    RESUMPTION = "resumption", _("Clock runs again")


CLOCK_KINDS = (EntryKind.EXTENSION, EntryKind.SUSPENSION, EntryKind.RESUMPTION)


class ProgressEntry(TimelineEntry):
    """One step of a case."""

    MATTER: ClassVar[str] = "case"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")

    class Meta(TimelineEntry.Meta):
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            *TimelineEntry.Meta.constraints,
            models.UniqueConstraint(fields=("case", "sequence"), name="cases_entry_sequence"),
            models.UniqueConstraint(fields=("case", "source_key"), condition=~Q(source_key=""), name="cases_entry_once_per_source"),
            models.CheckConstraint(name="cases_entry_kind_known", condition=Q(kind__in=EntryKind.values)),
            models.CheckConstraint(name="cases_entry_status_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(name="cases_entry_ground_known", condition=Q(ground__in=["", *Ground.values])),
        )

    def __str__(self) -> str:
        return f"{self.case_id}/{self.sequence}"
