"""The three months of the archive that come with the project are whole, unchanged and small."""

import csv
from collections import Counter, defaultdict

import pytest
from django.conf import settings

from tests.seeds.figures import DEMO, DEMO_CASES_BY_CRIME_TYPE, DEMO_OUTCOMES_BY_TYPE, WHOLE_YEAR, ArchiveFigures

FOLDER = settings.SEEDS / "demo" / "city-of-london"


def read(kind):
    rows = []
    for path in sorted(FOLDER.glob(f"*-{kind}.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            rows += list(csv.DictReader(file))
    return rows


@pytest.fixture(scope="module")
def crimes():
    return read("street")


@pytest.fixture(scope="module")
def cases(crimes):
    return {row["Crime ID"]: row for row in crimes if row["Crime ID"]}


@pytest.fixture(scope="module")
def outcomes():
    return read("outcomes")


@pytest.fixture(scope="module")
def own_outcomes(cases, outcomes):
    return [row for row in outcomes if row["Crime ID"] in cases]


def test_the_files_hold_what_the_figures_say(crimes, cases, outcomes, own_outcomes):
    months = defaultdict(set)
    for row in own_outcomes:
        months[row["Crime ID"]].add(row["Month"])
    assert (
        ArchiveFigures(
            months=len({row["Month"] for row in crimes}),
            street_rows=len(crimes),
            rows_without_crime_id=sum(not row["Crime ID"] for row in crimes),
            cases=len(cases),
            outcome_rows=len(outcomes),
            outcome_rows_of_cases=len(own_outcomes),
            outcome_rows_of_other_crimes=len(outcomes) - len(own_outcomes),
            repeated_outcome_rows=len(own_outcomes) - len({tuple(row.values()) for row in own_outcomes}),
            cases_with_outcomes=len(months),
            cases_with_outcomes_in_several_months=sum(len(each) > 1 for each in months.values()),
            outcome_rows_before_their_crime=sum(row["Month"] < cases[row["Crime ID"]]["Month"] for row in own_outcomes),
            outcome_types=len({row["Outcome type"] for row in own_outcomes}),
            most_outcomes_of_one_case=max(Counter(row["Crime ID"] for row in own_outcomes).values()),
            street_rows_without_place=sum(not row["Longitude"] for row in crimes),
        )
        == DEMO
    )


@pytest.mark.parametrize("figures", [DEMO, WHOLE_YEAR])
def test_every_row_is_accounted_for(figures):
    assert figures.street_rows == figures.cases + figures.rows_without_crime_id
    assert figures.outcome_rows == figures.outcome_rows_of_cases + figures.outcome_rows_of_other_crimes


def test_cases_and_outcomes_are_counted_by_type(cases, own_outcomes):
    assert Counter(row["Crime type"] for row in cases.values()) == DEMO_CASES_BY_CRIME_TYPE
    assert Counter(row["Outcome type"] for row in own_outcomes) == DEMO_OUTCOMES_BY_TYPE


def test_only_anti_social_behaviour_has_no_crime_id(crimes):
    assert {row["Crime type"] for row in crimes if not row["Crime ID"]} == {"Anti-social behaviour"}


def test_the_demo_data_stays_below_one_megabyte_and_names_its_licence():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_000_000
    assert "Open Government Licence v3.0" in (FOLDER / "README.md").read_text(encoding="utf-8")
