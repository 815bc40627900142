"""A small city with figures of its own choosing, for tests of open data."""

from datetime import date

import pytest

from cases.models import Category, MonthlyFigure

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
YEAR_BEFORE = date(2025, 2, 1)


@pytest.fixture
def count_cases(db, now):
    """Write one figure: ``count_cases(unit, category, month, 7, closed=2)``."""

    def count_cases(unit, category, month, cases, *, closed=0):
        return MonthlyFigure.objects.create(
            unit=unit,
            bureau_code=unit.bureau_code,
            category=category,
            month=month,
            cases=cases,
            open_cases=0 if category.default_publication == "closed" else cases - closed,
            refreshed_at=now,
        )

    return count_cases


@pytest.fixture
def city(count_cases, bureau, branch, station, other_station, theft, dispute, domestic_violence):
    """Two stations, four months. In February one station has 12 closed cases and the other 5; nothing is small."""
    for unit, size in ((station, 100), (other_station, 40)):
        count_cases(unit, theft, YEAR_BEFORE, size)
        count_cases(unit, theft, JANUARY, size, closed=4)
        count_cases(unit, dispute, FEBRUARY, size // 2)
        count_cases(unit, theft, MARCH, 10)
    count_cases(station, theft, FEBRUARY, 110, closed=4)
    count_cases(other_station, theft, FEBRUARY, 30, closed=5)
    count_cases(station, domestic_violence, FEBRUARY, 8)
    return bureau


@pytest.fixture
def offence(db):
    return Category.objects.create(
        code="test-offence",
        kind="criminal",
        name_en="Sexual offence",
        name_zh="性侵害",
        default_publication="closed",
        default_ground="sexual_offence",
    )


@pytest.fixture
def today(monkeypatch, now):
    """The pages are asked on 2 March 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    return now
