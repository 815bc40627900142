"""What every mandate has in common: a time in which it holds, and who put an end to it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

M = TypeVar("M", bound=models.Model)


class EndReason(models.TextChoices):
    """Why a mandate ended before its time."""

    PRINCIPAL = "principal", _("Ended by the person it was for")
    AGENT = "agent", _("Given up by who acted")
    DECLINED = "declined", _("The offer was declined")
    WITHDRAWN = "withdrawn", _("The offer was withdrawn")
    NO_LONGER_TRUE = "no_longer_true", _("It is no longer so")
    ERROR = "error", _("It was recorded by mistake")
    COURT = "court", _("By decision of a court or an authority")
    DEATH = "death", _("Death of one of them")
    PROTECTION = "protection", _("To protect the person it was for")


OFFICERS_REASONS = (EndReason.NO_LONGER_TRUE, EndReason.ERROR, EndReason.COURT, EndReason.DEATH, EndReason.PROTECTION)


class Holding(Func):
    """The time in which a mandate holds, for constraints that refuse two at once."""

    function = "TSTZRANGE"


class PeriodQuerySet(models.QuerySet[M]):
    """Mandates by whether they hold."""

    def live(self, now: datetime) -> PeriodQuerySet[M]:
        """Mandates that hold at this moment. Time alone ends one: no job has to run for that."""
        return self.filter(Q(over_at__isnull=True) | Q(over_at__gt=now), from_at__lte=now)

    def not_over(self, now: datetime) -> PeriodQuerySet[M]:
        """Mandates that hold now, or will."""
        return self.filter(Q(over_at__isnull=True) | Q(over_at__gt=now))


class Period(models.Model):
    """``until_at`` is the end that was agreed, None for none; ``over_at`` the end that counts, moved forward by whoever ends it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")
    end_reason = models.CharField(max_length=16, choices=EndReason, blank=True, default="")

    kind_of_matter: ClassVar[str] = "mandate"

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[Any, ...]] = (
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_times_in_order",
                condition=(Q(until_at__isnull=True) | Q(until_at__gt=F("from_at")))
                & (Q(over_at__isnull=True) | Q(over_at__gte=F("from_at"))),
                violation_error_message=_("The end comes after the beginning."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_over_by_its_end",
                condition=Q(until_at__isnull=True) | (Q(over_at__isnull=False) & Q(over_at__lte=F("until_at"))),
                violation_error_message=_("Nothing holds beyond the end that was agreed."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ended_by_somebody",
                condition=Q(ended_at__isnull=True, ended_by="", end_reason="")
                | (Q(ended_at__isnull=False, over_at__isnull=False) & ~Q(ended_by="") & ~Q(end_reason="")),
                violation_error_message=_("Who ended it, when and why are told together."),
            ),
        )

    def is_live(self, now: datetime) -> bool:
        """Whether it holds at this moment."""
        return self.from_at <= now and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether its time is over, or somebody ended it."""
        return self.over_at is not None and self.over_at <= now

    def end(self, *, by: str, reason: EndReason, now: datetime) -> None:
        """Let it hold no longer; the caller has locked the row, found it not over, and saves it."""
        self.over_at = max(now, self.from_at)
        self.ended_at, self.ended_by, self.end_reason = now, by, reason


END_FIELDS = ["over_at", "ended_at", "ended_by", "end_reason"]
