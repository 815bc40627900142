"""Months, as the figures count them: each is the first of its days, in the city."""

from __future__ import annotations

import re
from datetime import date, datetime

from foundation.clock import city_date

YEAR = 12
_WRITTEN = re.compile(r"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])")


def month_of(moment: datetime) -> date:
    """Return the first day of a moment's month in the city."""
    return city_date(moment).replace(day=1)


def shift(month: date, by: int) -> date:
    """Return the month that many months later, or earlier for a negative number."""
    whole = month.year * YEAR + month.month - 1 + by
    return date(whole // YEAR, whole % YEAR + 1, 1)


def months_from(first: date, last: date) -> list[date]:
    """Return every month from ``first`` to ``last``, both included; none if they stand the wrong way round."""
    count = (last.year - first.year) * YEAR + last.month - first.month + 1
    return [shift(first, by) for by in range(count)]


def read_month(text: str) -> date | None:
    """Return the month written as ``2016-10`` (ISO 8601), or ``None`` for anything else."""
    return date.fromisoformat(f"{text}-01") if _WRITTEN.fullmatch(text) else None


def write_month(month: date) -> str:
    """Return ``2016-10`` (ISO 8601)."""
    return f"{month:%Y-%m}"
