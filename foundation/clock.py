"""How the edges of the hall read the time. Domain code never does: it is told ``now``."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

CITY_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return timezone.now()


def database_now() -> datetime:
    """Return the moment that the database's clock shows: for leases and terms that workers on several machines must agree on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def city_date(moment: datetime) -> date:
    """Return the calendar day of a moment as the counters of the city see it."""
    return moment.astimezone(CITY_ZONE).date()
