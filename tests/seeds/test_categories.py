"""Case categories: what the law closes is closed from the start."""

import pytest
from django.conf import settings

from cases.domain.policies import check_publication
from cases.domain.publication import Publication
from cases.domain.statuses import Kind
from foundation.seed_files import read_seed


@pytest.fixture(scope="module")
def categories():
    rows = read_seed(settings.SEEDS / "cases" / "categories.yaml").rows("categories")
    return {row.values["code"]: row.values for row in rows}


def test_every_code_stands_once(categories):
    rows = read_seed(settings.SEEDS / "cases" / "categories.yaml").rows("categories")

    assert len(rows) == len(categories)


def test_every_kind_of_case_has_categories(categories):
    assert {row["kind"] for row in categories.values()} == set(Kind.values)


def test_every_category_has_a_name_in_both_languages(categories):
    assert all(row["name_en"].isascii() and not row["name_zh"].isascii() for row in categories.values())


def test_what_is_not_open_has_a_ground_that_allows_it(categories):
    for row in categories.values():
        check_publication(row.get("default_publication", Publication.OPEN), row.get("default_ground", ""))


@pytest.mark.parametrize(
    "code",
    ["sexual-offence", "domestic-violence", "domestic-violence-crime", "crime-against-minor", "indecency", "state-security"],
)
def test_what_would_harm_the_victim_or_the_state_is_closed(categories, code):
    assert categories[code]["default_publication"] == Publication.CLOSED


def test_what_may_be_a_sexual_offence_shows_the_unit_at_most(categories):
    assert categories["violence-or-sexual-offence"]["default_publication"] == Publication.UNIT_ONLY
