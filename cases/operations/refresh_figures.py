"""Bring the monthly figures of open data up to date."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import connection, transaction
from django.db.models import Count, Q

from cases.domain.publication import Publication
from cases.models import Case, MonthlyFigure
from foundation.clock import CITY_ZONE, city_date


def month_of(moment: datetime) -> date:
    """Return the first day of a moment's month in the city."""
    return city_date(moment).replace(day=1)


def _month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CITY_ZONE)


@transaction.atomic
def refresh_figures(*, unit_id: int, month: date, now: datetime) -> int:
    """Count one unit's cases reported in one month anew, by category; return how many rows that makes. Safe to run at any time."""
    # Two refreshes of one month at once would each delete what the other wrote; this lock ends with the transaction.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"figures/{unit_id}/{month}"])
    is_open = ~Q(publication=Publication.CLOSED) & Q(is_counter_only=False)
    reported = Case.objects.filter(unit_id=unit_id, reported_at__gte=_start(month), reported_at__lt=_start(_month_after(month)))
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
