"""The calendar of working days, and arithmetic on it.

Working days are Monday to Friday without statutory holidays, plus the make-up Saturdays and Sundays that the State Council
announces each year (Regulation on Public Holidays for National Annual Festivals and Memorial Days). The library knows the
announced years; for later ones it knows the statutory days only, which :func:`is_confirmed` tells.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from foundation.clock import CITY_ZONE, city_date

LAST_ANNOUNCED_YEAR = 2026


@lru_cache(maxsize=1)
def _calendar() -> holidays.HolidayBase:
    return holidays.country_holidays("CN", language="en_US")


def is_working_day(day: date) -> bool:
    """Whether the counters of the city are obliged to work on that day."""
    return bool(_calendar().is_working_day(day))


def holiday_name(day: date) -> str | None:
    """Return the English name of a public holiday, or ``None``."""
    return _calendar().get(day)


def is_confirmed(day: date) -> bool:
    """Whether the State Council has announced the year of that day."""
    return day.year <= LAST_ANNOUNCED_YEAR


def add_working_days(start: date, count: int) -> date:
    """Return the last day of a period of ``count`` working days; the start day itself does not count (Licensing Law art. 82)."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def days_off_between(start: date, end: date) -> tuple[date, ...]:
    """Return the days after ``start`` up to ``end`` on which nobody has to work."""
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return tuple(day for day in days if not is_working_day(day))


def end_of_day(day: date) -> datetime:
    """Return the last moment of a day in the city."""
    return datetime.combine(day, time.max, tzinfo=CITY_ZONE)


def day_of(moment: datetime) -> date:
    """Return the city's calendar day of a moment."""
    return city_date(moment)
