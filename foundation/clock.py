"""How the edges of the hall read the time. Domain code never does: it is told ``now``."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

CITY_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return timezone.now()


def city_date(moment: datetime) -> date:
    """Return the calendar day of a moment as the counters of the city see it."""
    return moment.astimezone(CITY_ZONE).date()
