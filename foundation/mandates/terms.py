"""How long a mandate may last."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.clock import CITY_ZONE, city_date
from foundation.errors import RuleViolated

# The house's own limits; the law sets none. Long enough for a case, short enough that nobody acts for years unnoticed.
LONGEST_MONTHS: Final = 12
OFFER_STANDS_FOR: Final = timedelta(days=30)
MOST_DELEGATIONS: Final = 10


def end_of(day: date) -> datetime:
    """Return the moment at which a last day is over in the city."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=CITY_ZONE)


def last_day(moment: datetime) -> date:
    """Return the last day of something that ends at this moment."""
    return city_date(moment - timedelta(microseconds=1))


def latest_day(now: datetime) -> date:
    """Return the last day that may be chosen: so many months from today, the month's last day where there is no such day."""
    today = city_date(now)
    year, month = divmod(today.month - 1 + LONGEST_MONTHS, 12)
    year, month = today.year + year, month + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def read_last_day(day: date | None, *, now: datetime, field: str) -> datetime:
    """Return the end that a chosen last day means; raise ``RuleViolated`` for none, one that is past, and one too far away."""
    if day is None:
        raise RuleViolated(_("Choose the last day."), code="until_missing", field=field)
    if day < city_date(now):
        raise RuleViolated(_("This day is over already."), code="until_past", field=field)
    if day > latest_day(now):
        raise RuleViolated(_("Choose a day within the next twelve months. You can extend it later."), code="until_too_late", field=field)
    return end_of(day)
