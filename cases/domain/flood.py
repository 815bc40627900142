"""How many cases a feed may close within an hour before a person has to look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import Final

WINDOW: Final = timedelta(hours=1)
HABIT: Final = timedelta(days=28)
# Fewer hours than this say nothing about what is usual.
HOURS_OF_HABIT: Final = 24
TIMES_USUAL: Final = 10
SHARE_OF_OPEN: Final = 20
ALWAYS_ALLOWED: Final = 20


def closings_allowed(*, by_hour: Sequence[int], open_cases: int | None) -> int | None:
    """Return how many closings within an hour are ordinary: ten times the usual, and one in twenty of the open cases.

    ``by_hour`` counts the closings of each past hour that had any; quiet hours are left out, for a night would make every
    morning a flood. ``open_cases`` is ``None`` for calls, which all end within the hour. Twenty are allowed in any case.
    ``None`` is returned where nothing can be said yet.
    """
    limits = [] if open_cases is None else [open_cases // SHARE_OF_OPEN]
    if len(by_hour) >= HOURS_OF_HABIT:
        limits.append(int(TIMES_USUAL * median(by_hour)))
    return max(ALWAYS_ALLOWED, min(limits)) if limits else None
