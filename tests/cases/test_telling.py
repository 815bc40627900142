"""Whom the events of cases are told to, how, and how not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import zeal

from cases.models import Case
from cases.operations.append_entry import Words
from cases.operations.change_parties import change_telling
from cases.operations.publish_progress import publish_progress
from cases.operations.register_report import NewParty
from cases.operations.send_message import answer_party, ask_unit
from cases.operations.set_publication import set_publication
from foundation.accounts.models import Person
from foundation.errors import RuleViolated
from foundation.notifications.models import Delivery, Notice, Unreached
from tests.plugins.people import NOW

pytestmark = pytest.mark.django_db
MINE, SAFE = "13800000001", "13900000009"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def each_task_by_itself():
    with zeal.zeal_ignore():
        yield


@pytest.fixture
def me(resident_user):
    Person.objects.filter(pk=resident_user.person_id).update(phone_verified_at=NOW, phone_used_at=NOW)
    return Person.objects.get(pk=resident_user.person_id)


@pytest.fixture
def publish(handling_officer):
    """Publish news of a case, an hour after it was registered."""

    def publish(case, now=LATER):
        return publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="News."), now=now)

    return publish


def party_of(case):
    return case.parties.get()


def told(outside, number=MINE):
    return len(outside.texts_to(number))


def test_publishing_progress_tells_the_people_of_the_case_once(me, case, publish, deliver, outside):
    publish(case)
    deliver(LATER)
    deliver(LATER)

    notice = Notice.objects.of_person(me).get()
    assert (notice.event, notice.subject_reference, notice.unit) == ("cases.progressed", case.reference, case.unit)
    assert told(outside) == 1
    assert case.reference not in outside.texts_to(MINE)[0]


def test_of_the_first_step_nobody_is_told_for_they_stood_at_the_counter(me, case, deliver, outside):
    deliver(LATER)

    assert not Notice.objects.exists()


def test_a_party_who_never_signed_in_is_known_by_the_receipt_only(case, publish, deliver, outside):
    publish(case)
    deliver(LATER)

    assert not Notice.objects.exists()


def test_whoever_asked_is_told_of_the_answer_and_the_officer_of_the_question(me, resident, case, handling_officer, deliver, outside):
    Case.objects.filter(pk=case.pk).update(officer=handling_officer.user_id)
    ask_unit(actor=resident, reference=case.reference, text="What now?", now=LATER)
    deliver(LATER)
    assert Notice.objects.get().officer_id == handling_officer.user_id
    answer_party(actor=handling_officer, reference=case.reference, text="Soon.", now=LATER + timedelta(minutes=5))
    deliver(LATER + timedelta(minutes=5))

    assert Notice.objects.of_person(me).get().event == "cases.message_answered"
    assert told(outside) == 1


def test_a_safe_number_is_the_only_one_that_hears(me, register, publish, deliver, outside, desk_clerk):
    case = register(
        parties=[NewParty(role="victim", name="演示居民", id_number=me.id_number, phone=MINE, telling="safe_number", safe_phone=SAFE)]
    )
    publish(case)
    deliver(LATER)

    assert (told(outside), told(outside, SAFE)) == (0, 1)


def test_who_is_told_in_person_only_gets_nothing_and_the_unit_knows(me, case, publish, deliver, outside, desk_clerk):
    publish(case)
    deliver(LATER)
    assert Notice.objects.of_person(me).count() == 1
    change_telling(actor=desk_clerk, reference=case.reference, party_id=party_of(case).pk, telling="in_person", safe_phone="", now=LATER)
    publish(case, now=LATER + timedelta(minutes=10))
    deliver(LATER + timedelta(minutes=10))

    assert told(outside) == 1
    assert not Notice.objects.of_person(me).exists(), "what was told before shows no more either"
    assert Unreached.objects.get().reason == "in_person"
    assert list(Unreached.objects.visible_to(desk_clerk)) == list(Unreached.objects.all())


def test_a_way_that_becomes_unsafe_holds_back_what_waits(me, case, publish, deliver, outside, desk_clerk):
    publish(case, now=NOW + timedelta(hours=13))
    deliver(NOW + timedelta(hours=13))
    assert Delivery.objects.get(channel="sms").state == "held", "it is night"
    change_telling(actor=desk_clerk, reference=case.reference, party_id=party_of(case).pk, telling="safe_number", safe_phone=SAFE, now=NOW)
    deliver(NOW + timedelta(hours=25))

    assert (told(outside), told(outside, SAFE)) == (0, 1)


@pytest.mark.parametrize("dark", [{"is_counter_only": True}, {"publication": "closed", "ground": "victim_wish"}])
def test_a_case_that_went_dark_is_silent_and_what_was_told_shows_no_more(me, case, publish, deliver, outside, head_of_unit, dark):
    publish(case)
    deliver(LATER)
    given = {"publication": "open", **dark}
    set_publication(actor=head_of_unit, reference=case.reference, now=LATER, **given)
    publish(case, now=LATER + timedelta(minutes=10))
    deliver(LATER + timedelta(minutes=10))

    assert told(outside) == 1
    assert not Notice.objects.of_person(me).exists()


def test_a_case_of_domestic_violence_tells_only_a_safe_number(me, register, domestic_violence, publish, deliver, outside):
    case = register(category=domestic_violence)
    publish(case)
    deliver(LATER)

    assert not Notice.objects.exists()


def test_a_safe_way_needs_its_number(case, desk_clerk):
    with pytest.raises(RuleViolated) as refused:
        change_telling(
            actor=desk_clerk, reference=case.reference, party_id=party_of(case).pk, telling="safe_number", safe_phone=" ", now=NOW
        )
    assert refused.value.field == "safe_phone"


def test_the_desk_sets_it_on_a_page(case, appoint, sign_in, station):
    client = sign_in(appoint("clerk", station, "clerk-at-desk"))
    page = f"/desk/cases/{case.reference}/people/{party_of(case).pk}/telling/"

    assert "Safe number" in client.get(page).content.decode()
    assert client.post(page, {"telling": "safe_number", "safe_phone": ""}).status_code == 422
    assert client.post(page, {"telling": "safe_number", "safe_phone": SAFE}).status_code == 302
    assert (party_of(case).telling, party_of(case).safe_phone) == ("safe_number", SAFE)
    assert SAFE in client.get(f"/desk/cases/{case.reference}/people/{party_of(case).pk}/").content.decode()
    assert SAFE in client.get(page).content.decode()
