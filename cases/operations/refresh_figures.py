"""Bring the monthly figures of open data up to date."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import connection, transaction
from django.db.models import Count, Q

from cases.domain.months import month_of, shift
from cases.domain.publication import Publication
from cases.models import Case, MonthlyFigure
from foundation.clock import CITY_ZONE

__all__ = ["month_of", "refresh_figures", "refresh_figures_of_bureau"]


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CITY_ZONE)


@transaction.atomic
def refresh_figures(*, unit_id: int, month: date, now: datetime) -> int:
    """Count one unit's cases reported in one month anew, by category; return how many rows that makes. Safe to run at any time."""
    # Two refreshes of one month at once would each delete what the other wrote; this lock ends with the transaction.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"figures/{unit_id}/{month}"])
    is_open = ~Q(publication=Publication.CLOSED) & Q(is_counter_only=False)
    reported = Case.objects.filter(unit_id=unit_id, reported_at__gte=_start(month), reported_at__lt=_start(shift(month, 1)))
    counted = reported.values("category_id", "bureau_code").annotate(cases=Count("pk"), open_cases=Count("pk", filter=is_open)).order_by()
    rows = [MonthlyFigure(unit_id=unit_id, month=month, refreshed_at=now, **row) for row in counted]
    MonthlyFigure.objects.filter(unit_id=unit_id, month=month).exclude(category_id__in=[row.category_id for row in rows]).delete()
    MonthlyFigure.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["unit", "category", "month"],
        update_fields=["cases", "open_cases", "bureau_code", "refreshed_at"],
    )
    return len(rows)


@transaction.atomic
def refresh_figures_of_bureau(*, bureau_code: str, month: date, also_unit_id: int, now: datetime) -> int:
    """Count a month anew in every unit of a bureau that has figures for it, and in one more; return how many units that is.

    For a case that changed hands: which unit had it before is not kept with it, and must stop counting it.
    """
    counting = set(MonthlyFigure.objects.filter(bureau_code=bureau_code, month=month).values_list("unit_id", flat=True))
    # One order for all, so that two of these cannot wait for each other.
    for unit_id in sorted(counting | {also_unit_id}):
        refresh_figures(unit_id=unit_id, month=month, now=now)
    return len(counting | {also_unit_id})
