"""Asking somebody to act for oneself: offered, accepted, ended; and what neither side can do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from foundation.accounts.actors import ActorKind
from foundation.audit.models import AuditEntry
from foundation.clock import CITY_ZONE
from foundation.errors import Conflict, DomainError, Hidden, NotAllowed, TooManyRequests
from foundation.mandates.mandate import Basis
from foundation.mandates.models import Delegation
from foundation.mandates.operations.answer_offer import accept_offer, decline_offer
from foundation.mandates.operations.end_mandate import end_delegation, end_mandate
from foundation.mandates.queries import mandates_of
from foundation.mandates.shown import people_of
from foundation.mandates.terms import latest_day
from tests.parallel import in_parallel
from tests.plugins.mandates import id_number
from tests.plugins.people import NOW, OTHER_ID, RESIDENT_ID

pytestmark = pytest.mark.django_db


def held(actor, at=NOW):
    return [mandate.reference for mandate in mandates_of(actor, now=at)]


def refusal(work):
    with pytest.raises(DomainError) as refused:
        work()
    return refused.value.code, refused.value.field


def test_an_offer_allows_nothing_until_it_is_accepted(ask, neighbour, now):
    offer = ask()
    assert held(neighbour) == []

    accept_offer(actor=neighbour, reference=offer.reference, now=now)

    (mandate,) = mandates_of(neighbour, now=now)
    assert (mandate.reference, mandate.basis, mandate.name, mandate.is_statutory) == (
        offer.reference,
        Basis.DELEGATION,
        "演示居民",
        False,
    )


def test_an_offer_waits_for_somebody_whom_the_hall_does_not_know_yet(ask, named, make_resident, now):
    number = id_number(date(1977, 7, 7))
    offer = ask(agent=named("agent", number, "演示新人"))

    newcomer = make_resident("newcomer", number, "演示新人")

    assert [shown.reference for shown in people_of(newcomer, now=now)] == [offer.reference]
    accept_offer(actor=newcomer, reference=offer.reference, now=now)
    assert held(newcomer) == [offer.reference]


def test_offers_to_who_is_known_and_who_is_not_look_alike(ask, named, neighbour, resident, now):
    """No answer tells who has signed in before: neither for a known number, nor for one with another name, nor for a new one."""
    known, misnamed, unknown = (
        ask(agent=named("agent", number, name))
        for number, name in ((OTHER_ID, "演示邻居"), (id_number(date(1960, 1, 1)), "演示甲"), (id_number(date(1961, 1, 1)), "演示乙"))
    )

    def face(offer):
        (shown,) = (each for each in people_of(resident, now=now) if each.reference == offer.reference)
        return {**{name: getattr(shown, name) for name in shown.__dataclass_fields__}, "reference": "", "name": ""}

    assert face(known) == face(misnamed) == face(unknown)


def test_an_offer_under_another_name_finds_nobody(ask, named, neighbour, resident, now):
    offer = ask(agent=named("agent", OTHER_ID, "演示另一人"))

    assert people_of(neighbour, now=now) == []
    with pytest.raises(Hidden):
        accept_offer(actor=neighbour, reference=offer.reference, now=now)
    with pytest.raises(Hidden):
        end_delegation(actor=neighbour, reference=offer.reference, now=now)
    assert [shown.state for shown in people_of(resident, now=now)] == ["waiting"]


def test_nobody_else_answers_or_ends_an_offer(ask, stranger, resident, now):
    offer = ask()

    for who, deed in ((stranger, accept_offer), (resident, accept_offer), (stranger, decline_offer), (stranger, end_delegation)):
        with pytest.raises(Hidden):
            deed(actor=who, reference=offer.reference, now=now)


@pytest.mark.parametrize("side", ["resident", "neighbour"])
def test_either_side_ends_it_and_it_acts_at_once(delegate, side, neighbour, request, later):
    made = delegate()
    assert held(neighbour, later(1)) == [made.reference]

    end_delegation(actor=request.getfixturevalue(side), reference=made.reference, now=later(1))

    assert held(neighbour, later(1)) == []
    made.refresh_from_db()
    assert made.end_reason == {"resident": "principal", "neighbour": "agent"}[side]


def test_it_ends_by_itself_after_its_last_day(delegate, neighbour):
    made = delegate(until_on=date(2026, 3, 3))

    assert held(neighbour, made.until_at - timedelta(microseconds=1)) == [made.reference]
    assert held(neighbour, made.until_at) == []
    assert made.until_at == datetime(2026, 3, 4, tzinfo=CITY_ZONE)


def test_a_check_that_forgot_the_last_day_would_be_seen_here(delegate, neighbour, monkeypatch):
    """The broken variant: with ``in_force`` blind to the end, what ran out would go on."""
    from foundation.mandates.models.delegation import DelegationQuerySet

    made = delegate(until_on=date(2026, 3, 3))
    monkeypatch.setattr(DelegationQuerySet, "in_force", lambda self, now: self.filter(accepted_at__isnull=False))

    assert held(neighbour, made.until_at) == [made.reference]


def test_an_officer_ends_what_somebody_was_made_to_give(delegate, desk_clerk, neighbour, later):
    made = delegate()

    end_mandate(actor=desk_clerk, reference=made.reference, reason="protection", now=later(1))

    assert held(neighbour, later(1)) == []


def test_an_offer_that_nobody_answers_runs_out_after_thirty_days(ask, neighbour, later):
    offer = ask(until_on=date(2026, 12, 1))

    assert refusal(lambda: accept_offer(actor=neighbour, reference=offer.reference, now=later(30 * 24)))[0] == "offer_expired"
    assert people_of(neighbour, now=later(30 * 24)) == []
    ask(at=later(30 * 24))


def test_an_answer_to_an_offer_that_was_withdrawn_says_so(ask, resident, neighbour, later):
    offer = ask()
    end_delegation(actor=resident, reference=offer.reference, now=later(1))

    assert refusal(lambda: accept_offer(actor=neighbour, reference=offer.reference, now=later(1)))[0] == "offer_answered"
    assert Delegation.objects.get().end_reason == "withdrawn"


def test_what_was_declined_stays_declined_and_can_be_offered_again(ask, neighbour, later):
    offer = ask()
    decline_offer(actor=neighbour, reference=offer.reference, now=later(1))

    assert refusal(lambda: accept_offer(actor=neighbour, reference=offer.reference, now=later(2)))[0] == "offer_answered"
    ask(at=later(2))
    assert Delegation.objects.count() == 2


def test_what_cannot_be_offered_is_told_beside_its_field(ask, named, child_id, now):
    neighbour = named("agent", OTHER_ID, "演示邻居")

    assert refusal(lambda: ask(agent=named("agent", RESIDENT_ID, "演示居民"))) == ("same_person", "agent_id_number")
    assert refusal(lambda: ask(agent=named("agent", OTHER_ID[:-1] + "0", "演示邻居"))) == ("resident_id_check", "agent_id_number")
    assert refusal(lambda: ask(agent=named("agent", child_id, "演示小孩"))) == ("under_age", "agent_id_number")
    assert refusal(lambda: ask(agent=named("agent", OTHER_ID, " "))) == ("name_missing", "agent_name")
    assert refusal(lambda: ask(agent=neighbour, until_on=now.date() - timedelta(days=1))) == ("until_past", "until_on")
    assert refusal(lambda: ask(agent=neighbour, until_on=latest_day(now) + timedelta(days=1))) == ("until_too_late", "until_on")
    assert refusal(lambda: ask(agent=neighbour, scopes=[])) == ("scopes", "scopes")
    assert refusal(lambda: ask(agent=neighbour, scopes=["everything"])) == ("scopes", "scopes")
    assert refusal(lambda: ask(agent=neighbour, matter="case:C-0000-0000-0000")) == ("matter_unknown", "matter")
    assert not Delegation.objects.exists()


def test_what_no_service_honours_yet_cannot_be_given(ask):
    assert refusal(lambda: ask(scopes=["book_appointments"])) == ("scopes", "scopes")


def test_one_offer_to_a_person_at_a_time(ask):
    ask()

    assert refusal(ask) == ("already_offered", "agent_id_number")


def test_at_most_ten_people_act_for_somebody_or_are_asked_to(ask, named):
    for order in range(10):
        ask(agent=named("agent", id_number(date(1970, 1, 1), order), f"演示{order}"))

    assert refusal(lambda: ask(agent=named("agent", OTHER_ID, "演示邻居")))[0] == "too_many_delegations"


def test_at_most_ten_people_are_acted_for(make_resident, ask, named, neighbour, now):
    offers = [ask(actor=make_resident(f"asker{order}", id_number(date(1971, 1, 1), order))) for order in range(11)]
    for offer in offers[:10]:
        accept_offer(actor=neighbour, reference=offer.reference, now=now)

    assert refusal(lambda: accept_offer(actor=neighbour, reference=offers[10].reference, now=now))[0] == "too_many_delegations"


def test_offers_are_limited_right_or_not(ask, named, now):
    for _ in range(20):
        refusal(lambda: ask(agent=named("agent", "1", "演示")))

    with pytest.raises(TooManyRequests):
        ask()


def test_a_minor_neither_asks_nor_is_asked(child, ask, named, neighbour, now):
    assert refusal(lambda: ask(actor=child, agent=named("agent", neighbour))) == ("principal_under_age", None)


def test_what_is_held_for_another_is_not_passed_on(delegate, ask, neighbour, stranger, named, now):
    """No chains: acting for somebody, one can neither offer nor accept; and who the delegate asks acts for the delegate only."""
    from foundation.mandates.operations.answer_offer import accept_offer

    delegate()
    (mandate,) = mandates_of(neighbour, now=now)
    acting = mandate.acting(neighbour)
    offer = ask(actor=neighbour, agent=named("agent", stranger))
    accept_offer(actor=stranger, reference=offer.reference, now=now)

    assert refusal(lambda: ask(actor=acting, agent=named("agent", stranger)))[0] == "not_allowed"
    assert [each.name for each in mandates_of(stranger, now=now)] == ["演示邻居"]
    for deed in (accept_offer, end_delegation):
        with pytest.raises(NotAllowed):
            deed(actor=acting, reference=offer.reference, now=now)


def test_officers_ask_nobody_in_their_office(ask, desk_clerk, named, neighbour):
    assert desk_clerk.kind == ActorKind.OFFICER
    assert refusal(lambda: ask(actor=desk_clerk, agent=named("agent", neighbour)))[0] == "not_allowed"


def test_each_step_leaves_an_audit_row(ask, resident, neighbour, now, later):
    offer = ask()
    accept_offer(actor=neighbour, reference=offer.reference, now=now)
    end_delegation(actor=resident, reference=offer.reference, now=later(1))

    rows = AuditEntry.objects.filter(subject_reference=offer.reference).order_by("pk")
    assert [(row.action, row.actor_reference) for row in rows] == [
        ("mandate.offer", resident.reference),
        ("mandate.accept", neighbour.reference),
        ("mandate.end", resident.reference),
    ]
    assert OTHER_ID not in str([row.changes for row in rows])


@pytest.mark.parametrize("change", [{"accepted_at": NOW}, {"scopes": []}, {"scopes": ["everything"]}, {"until_at": None}])
def test_the_database_itself_refuses_a_delegation_that_makes_no_sense(ask, change):
    offer = ask()

    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.filter(pk=offer.pk).update(**change)


@pytest.mark.django_db(transaction=True)
def test_accepting_and_withdrawing_at_the_same_moment_leave_one_story(ask, resident, neighbour, now, later):
    for turn in range(6):
        offer = ask(at=later(turn), until_on=date(2026, 6, 1))

        def one_of_two(number, offer=offer, turn=turn):
            deed, who = ((accept_offer, neighbour), (end_delegation, resident))[number]
            try:
                deed(actor=who, reference=offer.reference, now=later(turn))
            except Conflict:
                return "refused"
            return "done"

        outcome = in_parallel(one_of_two, 2, threads=2)
        offer.refresh_from_db()
        # Whoever came second found what the first had done: ended after it was accepted, or never accepted.
        assert outcome in (["done", "done"], ["refused", "done"])
        assert offer.end_reason == ("principal" if outcome[0] == "done" else "withdrawn")
        assert held(neighbour, later(turn)) == []
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_of_many_offers_at_once_ten_are_made(ask, named, resident, now):
    def offer(number):
        try:
            ask(agent=named("agent", id_number(date(1972, 2, 2), number), f"演示{number}"))
        except DomainError as error:
            return error.code
        return "made"

    outcome = in_parallel(offer, 16, threads=8)

    assert sorted(outcome) == ["made"] * 10 + ["too_many_delegations"] * 6
    assert Delegation.objects.count() == 10
