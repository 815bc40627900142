"""What is published about a city, all together, gives no small number of closed cases away.

The tables are put to the test as somebody would who knows the rules: every city that looks the same from outside is laid side
by side, and what differs among them cannot be known.
"""

from collections import defaultdict
from datetime import date
from itertools import product

import pytest

from cases.domain.small_counts import THRESHOLD
from cases.models import MonthlyFigure
from cases.open_data.openness import OpennessTable, openness_of
from cases.open_data.places import place_of
from cases.open_data.situation import BY_DECISION, SituationTable
from foundation.organisations.models import Organisation

pytest_plugins = ("tests.cases.open_data_city",)
OPEN = 20
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


@pytest.fixture
def quiet_branch(bureau):
    return Organisation.objects.create(code="310102000000", kind="branch", parent=bureau, name_zh="第二分局", name_en="Second Branch")


@pytest.fixture
def published(now, bureau, branch, station, other_station, quiet_branch):
    """Return what is told about a city with these closed cases: of the bureau itself, a branch itself, its two stations, another branch."""
    place = place_of(code=bureau.code)
    paths = [each.path for each in (bureau, branch, station, other_station, quiet_branch)]

    def published(closed, month=FEBRUARY):
        figures = [(month, path, OPEN, count) for path, count in zip(paths, closed, strict=True)]
        table = OpennessTable([place], figures=figures, months=[month], now=now)
        return table.rows(bureau, depth=2, months=[month])

    return published


def test_no_withheld_number_is_the_only_possible_one(published):
    """The city's total is told unless it is small itself, so that cities of one total are all there is to compare."""
    worlds = defaultdict(list)
    for closed in product(range(10), repeat=5):
        if sum(closed) > 9:
            continue
        told = tuple(row.closed_cases for row in published(closed))
        worlds[told].append(truth(closed))

    for told, alike in worlds.items():
        for place, number in enumerate(told):
            if number is None:
                assert len({world[place] for world in alike}) > 1, (told, alike)


def truth(closed):
    own, branch, first, second, other = closed
    # As rows() lists them: the city, its own cases, the first branch, its own, its stations, the second branch.
    return (sum(closed), own, branch + first + second, branch, first, second, other)


def test_what_is_told_is_true_and_never_small(published):
    for closed in product(range(5), repeat=5):
        for row, real in zip(published(closed), truth(closed), strict=True):
            assert row.closed_cases in {None, real}
            assert row.closed_cases == 0 or row.closed_cases is None or row.closed_cases >= THRESHOLD
            assert (row.cases is None) == (row.closed_cases is None)


def test_while_the_month_runs_only_the_city_is_told(published):
    told = [row.closed_cases for row in published((0, 5, 6, 7, 8), MARCH)]

    assert told == [26, None, None, None, None, None, None]


@pytest.fixture
def categories(city, offence, now):
    """Return the rows of the city's month by category code."""

    def categories(code=city.code, month=FEBRUARY):
        rows = SituationTable([place_of(code=code)], months=[month], now=now).rows()
        return {row.code: row.cases for row in rows}

    return categories


@pytest.mark.parametrize("count", [1, 2])
def test_a_small_category_takes_another_one_with_it(categories, count_cases, station, offence, count):
    count_cases(station, offence, FEBRUARY, count)
    told = categories()

    assert told["test-offence"] is None
    assert told["test-domestic"] is None
    assert told[BY_DECISION] == 9


def test_no_category_of_closed_cases_is_told_for_less_than_a_city(categories, branch, station):
    for unit in (branch, station):
        assert set(categories(unit.code)) == {"test-theft", "test-dispute"}


def test_a_category_that_the_law_closes_is_listed_whether_it_has_cases_or_not(categories, offence):
    assert categories()["test-offence"] == 0


def test_no_category_of_closed_cases_is_told_while_the_month_runs(categories):
    told = categories(month=MARCH)

    assert told["test-theft"] == 20
    assert told["test-domestic"] is None and told[BY_DECISION] is None


def test_a_case_opened_before_the_law_closed_its_category_is_not_counted_as_open(categories, station, domestic_violence):
    MonthlyFigure.objects.filter(unit=station, category=domestic_violence).update(open_cases=1)

    assert categories()["test-domestic"] == 8


def test_open_cases_of_all_categories_are_those_of_the_openness_rate(categories, city, now):
    """If they differed, the difference would be a number of closed cases."""
    MonthlyFigure.objects.filter(category__code="test-domestic").update(open_cases=3)
    table = openness_of([place_of(code=city.code)], months=[FEBRUARY], now=now)
    told = categories()

    assert table.of(city, FEBRUARY).open_cases == told["test-theft"] + told["test-dispute"]


def test_what_is_withheld_is_not_on_the_page_in_any_form(client, today, city, station, branch, count_cases, offence, theft):
    MonthlyFigure.objects.filter(unit=station, month=FEBRUARY, category=theft).update(cases=1106, open_cases=1105)
    MonthlyFigure.objects.filter(unit=station, month=FEBRUARY, category__code="test-domestic").delete()
    page = client.get("/open-data/openness/", {"organisation": branch.code, "month": "2026-02"}).content.decode()

    assert "1,155" in page
    assert "1,156" not in page and "1156" not in page
