"""What people have put right: asked by them, examined by one officer, decided by another, and never a step of a timeline rewritten."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection

from cases.models import Party, ProgressEntry
from cases.operations.change_parties import remove_party
from foundation.accounts.models import Person, User
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.errors import Conflict, Hidden, NotAllowed, NotFound, RuleViolated
from foundation.privacy.correctables import correctables, places_of
from foundation.privacy.holders import holder_of_account
from foundation.privacy.models import Correction
from foundation.privacy.operations.ask_correction import ask_correction, withdraw_correction
from foundation.privacy.operations.decide_correction import approve_proposal, look_at_correction, propose_decision, return_proposal
from foundation.privacy.registry import entries
from foundation.transparency.operations.seal import seal_all
from foundation.transparency.verification.whole import check_everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(appoint, act, station):
    return act(appoint("reviewer", station, "reviewer"))


@pytest.fixture
def approver(appoint, act, branch):
    return act(appoint("approver", branch, "approver"))


@pytest.fixture
def both(appoint, act, station, roles):
    """An officer who holds both posts."""
    from foundation.accounts.operations.grant_role import grant_role
    from tests.plugins.people import NOW

    user = appoint("reviewer", station, "both")
    grant_role(user=user, role=roles["approver"], organisation=station, granted_by="test", now=NOW)
    return act(user)


def place(actor, target):
    return next(each.token for each in places_of(holder_of_account(actor.reference)) if each.target == target)


@pytest.fixture
def ask(resident, now):
    def ask(target="cases.Party.phone", wanted="139 0000 0009", **given):
        values = {"actor": resident, "place": place(resident, target), "wanted": wanted, "reason": "I moved to another number.", "now": now}
        return ask_correction(**values | given)

    return ask


@pytest.fixture
def proposed(case, ask, reviewer, now):
    def proposed(*args, is_accepted=True, **kwargs):
        correction = ask(*args, **kwargs)
        return propose_decision(actor=reviewer, reference=correction.reference, is_accepted=is_accepted, answer="It is right so.", now=now)

    return proposed


def test_exactly_the_fields_that_the_registry_calls_correctable_can_be_put_right():
    listed = {f"{label}.{field.name}" for label, entry in entries().items() for field in entry.fields.values() if field.is_correctable}

    assert {each.target for each in correctables()} == listed


def test_a_request_goes_to_the_unit_of_the_case_with_a_term_of_fifteen_working_days(case, ask):
    correction = ask()

    assert correction.addressed_to == case.unit and correction.matter_reference == case.reference
    assert correction.due_at.date() == date(2026, 3, 23)
    assert (correction.present, correction.wanted) == ("13800000001", "13900000009")


def test_a_value_of_the_account_goes_to_the_only_bureau_or_the_one_that_is_chosen(case, ask, bureau, foreign_station):
    with pytest.raises(RuleViolated, match="Choose the police bureau"):
        ask("accounts.Person.phone")

    assert ask("accounts.Person.phone", bureau=bureau.code).addressed_to == bureau


@pytest.mark.parametrize(
    ("target", "wanted", "code"),
    [
        ("cases.Party.phone", "12345", "phone"),
        ("cases.Party.name", "   ", "value_missing"),
        ("cases.Party.name", "x" * 101, "value_unfit"),
        ("cases.Party.name", "abc\u202edef", "value_unfit"),
        ("cases.Party.name", "演示居民", "nothing_to_correct"),
    ],
)
def test_what_cannot_be_entered_is_refused_before_anybody_is_asked(case, ask, target, wanted, code):
    with pytest.raises(RuleViolated) as refused:
        ask(target, wanted)

    assert refused.value.code == code and not Correction.objects.exists()


def test_numbers_of_people_are_refused_in_the_words_of_a_timeline(register, ask):
    register(detail="A bag was taken.")

    with pytest.raises(RuleViolated, match="Leave ID numbers"):
        ask("cases.ProgressEntry.detail", "Call 13800000001.")


def test_nobody_asks_about_a_value_of_somebody_else(case, neighbour, ask, resident):
    with pytest.raises(NotFound):
        ask(actor=neighbour, place=place(resident, "cases.Party.name"))
    with pytest.raises(Hidden):
        ask(actor=neighbour.__class__(kind="officer", reference="U-X"), place="cases.Party.name|x")


def test_one_value_is_asked_about_once_at_a_time(case, ask):
    ask()

    with pytest.raises(Conflict):
        ask()


def test_what_is_accepted_is_put_right_with_its_index_and_the_log_keeps_it_masked(proposed, approver, now, case):
    correction = proposed()

    approve_proposal(actor=approver, reference=correction.reference, now=now)

    assert Party.objects.get().phone == "13900000009"
    row = AuditEntry.objects.get(action="correction.decide")
    assert row.changes["phone"] == ["138****0001", "139****0009"]
    assert (row.capability, row.subject_reference) == ("correction.decide", correction.reference)


def test_the_name_of_an_account_is_put_right_wherever_pages_show_it(proposed, approver, appoint, act, bureau, reviewer, now, resident, ask):
    chief = act(appoint("reviewer", bureau, "chief"))
    correction = ask("accounts.Person.name", "演示新名")
    propose_decision(actor=chief, reference=correction.reference, is_accepted=True, answer="Seen the card.", now=now)

    approve_proposal(actor=act(appoint("approver", bureau, "director")), reference=correction.reference, now=now)

    assert Person.objects.get(user__reference=resident.reference).name == "演示新名"
    assert User.objects.get(reference=resident.reference).display_name == "演示新名"


def test_a_step_is_never_changed_and_what_is_right_stands_beside_it(register, ask, reviewer, approver, now, log_folder):
    case = register(detail="A red bag was taken.")
    correction = ask("cases.ProgressEntry.detail", "A blue bag was taken.")
    propose_decision(actor=reviewer, reference=correction.reference, is_accepted=True, answer="The list says blue.", now=now)

    approve_proposal(actor=approver, reference=correction.reference, now=now)

    first, second = ProgressEntry.objects.filter(case=case).order_by("sequence")
    assert first.detail == "A red bag was taken."
    assert (second.kind, second.detail, second.refers_to) == ("correction", "A blue bag was taken.", 1)
    seal_all(now=now)
    assert not [str(each) for each in check_everything(now=now, folder=None) if not isinstance(each, int)]


def test_a_refusal_changes_nothing_and_says_why(proposed, approver, now):
    correction = proposed(is_accepted=False)

    done = approve_proposal(actor=approver, reference=correction.reference, now=now)

    assert (done.state, done.answer) == ("refused", "It is right so.")
    assert Party.objects.get().phone == "13800000001"


def test_a_proposal_may_enter_it_in_another_form_than_asked(case, ask, reviewer, approver, now):
    correction = ask("cases.Party.name", "演示居民甲（曾用名）")
    propose_decision(
        actor=reviewer, reference=correction.reference, is_accepted=True, proposed="演示居民甲", answer="As on the card.", now=now
    )

    approve_proposal(actor=approver, reference=correction.reference, now=now)

    assert Party.objects.get().name == "演示居民甲"


def test_who_examined_never_decides(case, ask, both, now):
    correction = ask()
    propose_decision(actor=both, reference=correction.reference, is_accepted=True, answer="Yes.", now=now)

    with pytest.raises(RuleViolated, match="Another officer decides"):
        approve_proposal(actor=both, reference=correction.reference, now=now)
    with pytest.raises(RuleViolated):
        return_proposal(actor=both, reference=correction.reference, because="No.", now=now)


def test_not_even_in_the_database(proposed, now):
    correction = proposed()

    with pytest.raises(IntegrityError, match="privacy_correction_two_officers"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE privacy_correction SET state = 'accepted', decided_by = reviewed_by, decided_at = now(), ended_at = now()"
            " WHERE reference = %s",
            [correction.reference],
        )


def test_a_proposal_sent_back_is_examined_again(proposed, approver, reviewer, now):
    correction = proposed()

    sent_back = return_proposal(actor=approver, reference=correction.reference, because="Which document?", now=now)

    assert (sent_back.state, sent_back.reviewed_by, sent_back.returned_because) == ("asked", "", "Which document?")
    assert (
        propose_decision(actor=reviewer, reference=correction.reference, is_accepted=True, answer="ID card.", now=now).state == "proposed"
    )


def test_only_the_posts_at_the_unit_take_part(case, ask, reviewer, approver, desk_clerk, appoint, act, other_station, now):
    correction, elsewhere = ask(), act(appoint("reviewer", other_station, "elsewhere"))
    given = {"reference": correction.reference, "is_accepted": True, "answer": "Yes.", "now": now}

    for stranger in (elsewhere, desk_clerk):
        with pytest.raises(Hidden):
            look_at_correction(actor=stranger, reference=correction.reference, now=now)
        with pytest.raises(Hidden):
            propose_decision(actor=stranger, **given)
    with pytest.raises(NotAllowed):
        propose_decision(actor=approver, **given)
    propose_decision(actor=reviewer, **given)
    with pytest.raises(NotAllowed):
        approve_proposal(actor=reviewer, reference=correction.reference, now=now)


def test_every_look_of_an_officer_is_recorded(case, ask, reviewer, now):
    correction = ask()

    look_at_correction(actor=reviewer, reference=correction.reference, now=now)

    assert AccessEntry.objects.filter(subject_kind="correction", subject_reference=correction.reference).count() == 1


def test_a_request_is_withdrawn_by_its_person_only_and_once(case, ask, resident, neighbour, now):
    correction = ask()

    with pytest.raises(Hidden):
        withdraw_correction(actor=neighbour, reference=correction.reference, now=now)
    assert withdraw_correction(actor=resident, reference=correction.reference, now=now).state == "withdrawn"
    with pytest.raises(Conflict):
        withdraw_correction(actor=resident, reference=correction.reference, now=now)


def test_a_person_who_left_the_case_meanwhile_gets_no_change(proposed, approver, desk_clerk, case, now):
    correction = proposed()
    remove_party(actor=desk_clerk, reference=case.reference, party_id=Party.objects.get().pk, now=now)

    with pytest.raises(Conflict, match="no longer entered"):
        approve_proposal(actor=approver, reference=correction.reference, now=now)

    assert Correction.objects.get().state == "proposed"


@pytest.mark.parametrize("dark", [{"publication": "closed", "ground": "domestic_violence"}, {"is_counter_only": True}])
def test_no_value_of_a_dark_case_is_offered(case, resident, dark):
    type(case).objects.update(**dark)

    assert {each.target for each in places_of(holder_of_account(resident.reference))} == {"accounts.Person.name", "accounts.Person.phone"}
