"""Rules on what stands in a timeline, and on publication."""

from __future__ import annotations

import pytest

from cases.domain.policies import check_detail, check_publication
from cases.domain.publication import ALWAYS_CLOSED, Ground, Publication
from foundation.errors import RuleViolated


@pytest.mark.parametrize(
    "text",
    ["Call 13812345678 for more.", "证件 11010519491231002X 已核对", "王小明 came to the station.", "电话：13912345678。"],
)
def test_words_that_name_a_person_stay_out_of_a_timeline(text):
    with pytest.raises(RuleViolated) as refusal:
        check_detail(text, names=["王小明"])

    assert refusal.value.code == "personal_data"
    assert refusal.value.field == "detail"


@pytest.mark.parametrize("text", ["", "We viewed 12 hours of camera footage.", "案件编号 202603020001 已登记", "房间 1381234567 号"])
def test_words_that_name_nobody_may_stand_there(text):
    check_detail(text, names=["王小明", ""])


def test_more_than_2000_characters_are_refused():
    with pytest.raises(RuleViolated) as refusal:
        check_detail("长" * 2001, names=[])

    assert refusal.value.code == "text_too_long"


@pytest.mark.parametrize(("publication", "ground"), [("open", Ground.PRIVACY), ("closed", ""), ("unit_only", "")])
def test_a_level_and_its_ground_come_together(publication, ground):
    with pytest.raises(RuleViolated) as refusal:
        check_publication(publication, ground)

    assert refusal.value.code == "ground_missing"


@pytest.mark.parametrize("ground", sorted(ALWAYS_CLOSED))
def test_some_grounds_close_a_case_altogether(ground):
    with pytest.raises(RuleViolated) as refusal:
        check_publication(Publication.UNIT_ONLY, ground)

    assert refusal.value.code == "must_be_closed"
    check_publication(Publication.CLOSED, ground)
