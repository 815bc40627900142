"""The plan of faults: the same for the same seed, and whatever can go wrong goes wrong."""

import random

import pytest

from foundation.failpoints import PLACES
from tests.faults import checker
from tests.faults.__main__ import FAULTS as USUAL
from tests.faults.faults import DEATHS, FAULTS, NotReached, bring_about, plan
from tests.faults.load import Told


def test_the_usual_run_brings_about_every_fault_and_a_death_at_every_place():
    names = plan(random.Random(1), USUAL)

    assert len(names) == USUAL
    assert {*names} == {*FAULTS, *DEATHS}
    assert {DEATHS[name] for name in names if name in DEATHS} == {*PLACES}


def test_a_seed_stands_for_one_plan():
    assert plan(random.Random(7), 100) == plan(random.Random(7), 100)
    assert plan(random.Random(7), 100) != plan(random.Random(8), 100)


def test_a_place_that_nobody_comes_by_is_a_finding(tmp_path):
    class Idle:
        failpoints = tmp_path

        def arm(self, place):
            (tmp_path / place).touch()

        def is_armed(self, place):
            return (tmp_path / place).exists()

    with pytest.raises(NotReached):
        bring_about("somebody dies at web.answered", Idle(), random.Random(1), patience=0.1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("wanted", "found", "says"),
    [
        (["a", "b"], ["a"], "lost: 1 x step, such as b"),
        (["a"], ["a", "a"], "doubled, or never asked for: 1 x step, such as a"),
        ([], ["a"], "doubled, or never asked for: 1 x step, such as a"),
    ],
)
def test_what_is_lost_doubled_or_made_up_is_found(wanted, found, says):
    assert list(checker.compare("step", wanted, found)) == [says]


def test_what_is_as_it_was_asked_for_is_no_finding():
    assert list(checker.compare("step", ["a", "b"], ["b", "a"])) == []


def test_a_client_that_was_turned_away_is_a_finding():
    told = Told(problems=["/api/v1/cases/ was answered 500"])

    assert "500" in next(iter(checker.clients(told)))
