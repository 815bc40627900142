"""The transition tables of cases: each cell of kind x status x status is decided, and no status is a trap."""

from __future__ import annotations

import itertools

import pytest

from cases.domain.next_steps import NEXT_STEPS, next_step
from cases.domain.statuses import CLOSED_STATUSES, OWNERS, Kind, Owner, Status
from cases.domain.workflow import WORKFLOWS
from foundation.errors import Conflict

# Written out by hand from the procedure provisions, not derived from the table it checks.
POSSIBLE = {
    Kind.CRIMINAL: """
        registered>under_filing_review registered>transferred registered>filed registered>not_filed
        under_filing_review>transferred under_filing_review>filed under_filing_review>not_filed not_filed>filed
        filed>investigating filed>suspect_measure filed>solved filed>withdrawn filed>ended
        investigating>suspect_measure investigating>solved investigating>sent_for_prosecution investigating>withdrawn investigating>ended
        suspect_measure>solved suspect_measure>sent_for_prosecution suspect_measure>withdrawn suspect_measure>ended
        solved>suspect_measure solved>sent_for_prosecution solved>withdrawn solved>ended
        sent_for_prosecution>investigating ended>investigating withdrawn>investigating closed>investigating
        transferred>closed not_filed>closed sent_for_prosecution>closed withdrawn>closed ended>closed
    """,
    Kind.PUBLIC_ORDER: """
        registered>accepted registered>not_accepted registered>transferred accepted>transferred
        accepted>investigating mediation>investigating accepted>mediation investigating>mediation mediation>mediated
        investigating>penalty_decided mediation>penalty_decided investigating>no_penalty mediation>no_penalty
        accepted>converted investigating>converted mediated>investigating
        not_accepted>closed transferred>closed penalty_decided>closed no_penalty>closed mediated>closed converted>closed
    """,
    Kind.TRAFFIC_ACCIDENT: """
        registered>investigating registered>determination_made investigating>determination_made
        determination_made>under_review under_review>determination_made under_review>investigating
        determination_made>compensation_mediation determination_made>closed compensation_mediation>closed
    """,
    Kind.ALERT: "received>dispatched received>handled dispatched>handled",
}
CELLS = [(kind, source, target) for kind in Kind for source, target in itertools.product(WORKFLOWS[kind].statuses, repeat=2)]


@pytest.mark.parametrize(("kind", "source", "target"), CELLS)
def test_a_step_is_possible_exactly_where_the_law_has_it(kind, source, target):
    if f"{source}>{target}" in POSSIBLE[kind].split():
        assert WORKFLOWS[kind].between(source, target).target == target
        return
    with pytest.raises(Conflict) as refusal:
        WORKFLOWS[kind].between(source, target)
    assert refusal.value.code == "transition_not_possible"


@pytest.mark.parametrize("kind", list(Kind))
def test_every_status_can_be_reached_and_left_or_is_final(kind):
    table = WORKFLOWS[kind]
    reached, frontier = {table.initial}, [table.initial]
    while frontier:
        for transition in table.available(frontier.pop()):
            if transition.target not in reached:
                reached.add(transition.target)
                frontier.append(transition.target)

    assert reached == set(table.statuses)
    assert table.final <= CLOSED_STATUSES


def test_every_status_has_exactly_one_owner_and_nobody_owns_what_is_closed():
    assert set(OWNERS) == set(Status)
    assert {status for status, owner in OWNERS.items() if owner == Owner.NOBODY} == set(CLOSED_STATUSES)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_stage_says_what_happens_next(kind):
    assert {status for each, status in NEXT_STEPS if each == kind} == set(WORKFLOWS[kind].statuses)


@pytest.mark.parametrize("kind", list(Kind))
def test_actions_of_a_status_have_names_of_their_own(kind):
    for status in WORKFLOWS[kind].statuses:
        names = [transition.name for transition in WORKFLOWS[kind].available(status)]
        assert len(names) == len(set(names))


def test_a_case_of_an_archive_is_not_told_what_another_countrys_law_would_bring():
    told = next_step(kind=Kind.CRIMINAL, status=Status.SENT_FOR_PROSECUTION, source="police-uk")

    assert "archive" in str(told)
    assert "archive" not in str(next_step(kind=Kind.CRIMINAL, status=Status.SENT_FOR_PROSECUTION))
