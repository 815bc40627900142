"""The table that turns the archive of data.police.uk into cases leaves nothing of it without a meaning."""

import pytest
from django.conf import settings

from cases.domain.statuses import Kind
from cases.domain.workflow import CRIMINAL
from foundation.seed_files import read_seed
from tests.seeds.figures import DEMO_CASES_BY_CRIME_TYPE, DEMO_OUTCOMES_BY_TYPE

# The archive's documentation of "Outcomes for a specific crime" lists these and no others.
PUBLISHED_CODES = {
    *("awaiting_court_result", "court_result_unavailable", "unable_to_proceed", "local_resolution", "no_further_action"),
    *("deprived_of_property", "fined", "absolute_discharge", "cautioned", "drugs_possession_warning", "penalty_notice_issued"),
    *("community_penalty", "conditional_discharge", "suspended_sentence", "imprisoned", "other_court_disposal", "compensation"),
    *("sentenced_in_another_case", "charged", "not_guilty", "sent_to_crown_court", "unable_to_prosecute"),
    *("formal_action_not_in_public_interest", "action_taken_by_another_organisation"),
    *("further_investigation_not_in_public_interest", "further_action_not_in_public_interest"),
    *("under_investigation", "status_update_unavailable"),
}
# Outcomes of the whole year 2016 that the three demo months happen not to have.
OTHER_OUTCOMES_OF_2016 = {
    "Action to be taken by another organisation",
    "Offender ordered to pay compensation",
    "Offender otherwise dealt with",
    "Suspect charged as part of another case",
}
TEXTS = ("text_en", "text_zh", "next_en", "next_zh")


@pytest.fixture(scope="module")
def table():
    return read_seed(settings.SEEDS / "imports" / "police-uk.yaml").values


@pytest.fixture(scope="module")
def categories():
    rows = read_seed(settings.SEEDS / "cases" / "categories.yaml").rows("categories")
    return {row.values["code"]: row.values for row in rows}


def names(rows):
    return [name for row in rows for name in (row["name"], *row.get("also", ()))]


def test_every_outcome_of_the_archive_has_a_meaning(table):
    assert set(names(table["outcomes"])) >= {*DEMO_OUTCOMES_BY_TYPE, *OTHER_OUTCOMES_OF_2016}
    assert {row["code"] for row in table["outcomes"]} == PUBLISHED_CODES


def test_every_crime_type_of_the_archive_has_a_category(table, categories):
    assert set(names(table["crime_types"])) >= {*DEMO_CASES_BY_CRIME_TYPE, "Anti-social behaviour"}
    assert len(table["crime_types"]) == 14
    assert {row["category"] for row in table["crime_types"]} <= set(categories)


def test_crimes_become_criminal_cases(table, categories):
    crimes = [row["category"] for row in table["crime_types"] if row["name"] != "Anti-social behaviour"]

    assert {categories[code]["kind"] for code in crimes} == {Kind.CRIMINAL}


def test_no_name_means_two_things(table):
    for rows in (table["outcomes"], table["crime_types"], table["forces"]):
        assert len(names(rows)) == len(set(names(rows)))


def test_every_step_leads_to_a_status_of_a_criminal_case(table):
    for row in (table["recorded"], *table["outcomes"]):
        assert row["status"] in CRIMINAL.statuses


def test_every_step_says_in_both_languages_what_happened_and_what_comes_next(table):
    for row in (table["recorded"], *table["outcomes"]):
        assert all(row[name].strip() for name in TEXTS)
        assert row["text_en"].isascii() and not row["text_zh"].isascii()
        assert row["next_en"].isascii() and not row["next_zh"].isascii()


def test_what_is_final_is_neither_investigated_nor_before_a_court(table):
    waiting = {"investigating", "sent_for_prosecution"}

    assert all(row["is_final"] != (row["status"] in waiting) for row in (table["recorded"], *table["outcomes"]))


def test_in_one_month_the_charge_comes_before_the_sentence(table):
    order = {row["code"]: row["order"] for row in table["outcomes"]}

    assert order["no_further_action"] < order["charged"] < order["sent_to_crown_court"] < order["imprisoned"]


def test_the_force_of_the_archive_is_an_organisation_of_the_seeds(table):
    rows = read_seed(settings.SEEDS / "organisations" / "city-of-london.yaml").rows("organisations")

    assert {row["organisation"] for row in table["forces"]} <= {row.values["code"] for row in rows}
