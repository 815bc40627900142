"""At the counter an officer who has seen the document gives a person another phone number, or none."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import zeal

from foundation import clock
from foundation.accounts.models import OfficerContact, Person, PhoneChange, SignIn, User
from foundation.accounts.operations import change_phone_at_counter as at_counter
from foundation.accounts.operations.change_phone import change_phone
from foundation.accounts.operations.change_phone_at_counter import (
    check_number_for_counter,
    remove_phone_at_counter,
    set_phone_at_counter,
)
from foundation.accounts.operations.find_person import find_person, look_at_person
from foundation.audit.alarm_models import Alarm
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.audit.watch import MOST_PERSONS
from foundation.errors import Conflict, Hidden, NotAllowed, RuleViolated
from foundation.limits.models import Bucket
from foundation.outbox.models import Event
from tests.plugins.mandates import id_number
from tests.plugins.people import OTHER_ID, RESIDENT_ID

pytestmark = pytest.mark.django_db

OLD, NEW, OFFICERS = "13800000001", "13811112222", "13900001111"


@pytest.fixture(autouse=True)
def several_operations():
    """Each operation reads its person anew, under a lock; a test that calls several is no page that reads rows one by one."""
    with zeal.zeal_ignore():
        yield


@pytest.fixture
def mine(resident_user):
    """A resident whose number signs them in."""
    moment = clock.now()
    Person.objects.filter(pk=resident_user.person_id).update(phone_verified_at=moment, phone_used_at=moment)
    person = Person.objects.get(pk=resident_user.person_id)
    person.save()
    return User.objects.select_related("person").get(pk=resident_user.pk)


def set_number(actor, user, number=NEW, **given):
    told = {"document_seen": True, "reason": "Phone stolen", "language": "en", "now": clock.now()} | given
    return set_phone_at_counter(actor=actor, person=user.reference, proved=number, **told)


def remove_number(actor, user, **given):
    told = {"document_seen": True, "reason": "Phone stolen", "language": "en", "now": clock.now()} | given
    return remove_phone_at_counter(actor=actor, person=user.reference, **told)


def number_of(user):
    return Person.objects.get(pk=user.person_id).phone


def told():
    events = Event.objects.filter(name="accounts.sign_in_changed").order_by("created_at", "id")
    return sorted((event.payload["kind"], "change" in event.payload) for event in events)


def test_a_new_number_signs_in_at_once_and_both_numbers_are_told(mine, desk_clerk):
    set_number(desk_clerk, mine)

    person = Person.objects.get(pk=mine.person_id)
    assert (person.phone, person.phone_signs_in(now=clock.now())) == (NEW, True)
    assert told() == [("phone-changed", True), ("phone-set", False)]
    assert PhoneChange.objects.get().old_number == OLD


def test_a_removed_number_signs_nobody_in_and_hears_of_it(mine, desk_clerk):
    remove_number(desk_clerk, mine)

    person = Person.objects.get(pk=mine.person_id)
    assert (person.phone, person.phone_verified_at, person.phone_index) == ("", None, None)
    assert told() == [("phone-removed", True)]


def test_every_session_of_the_person_ends(mine, sign_in, desk_clerk):
    browser = sign_in(mine)
    assert browser.get("/my/").status_code == 200

    set_number(desk_clerk, mine)

    assert browser.get("/my/").status_code == 302
    assert SignIn.objects.get(user=mine).end == "counter"


def test_the_log_keeps_who_why_and_both_numbers_masked(mine, desk_clerk):
    set_number(desk_clerk, mine)
    remove_number(desk_clerk, mine, reason="Gave the contract up")

    rows = AuditEntry.objects.filter(actor_reference=desk_clerk.reference).order_by("pk").values_list("action", "capability", "changes")
    assert list(rows) == [
        ("phone.changed", "person.contact", {"phone": ["138****0001", "138****2222"], "reason": [None, "Phone stolen"]}),
        ("phone.removed", "person.contact", {"phone": ["138****2222", None], "reason": [None, "Gave the contract up"]}),
    ]


def test_a_number_in_a_reason_is_hidden_in_the_log(mine, desk_clerk):
    set_number(desk_clerk, mine, reason="was 13800000001 before")

    assert AuditEntry.objects.get(action="phone.changed").changes["reason"][1] == "was 138****0001 before"


def test_the_person_reads_in_their_own_pages_that_it_was_changed(mine, desk_clerk, sign_in):
    set_number(desk_clerk, mine)
    remove_number(desk_clerk, mine)

    page = sign_in(mine).get("/my/sign-in/").content.decode()
    assert "The phone number was changed" in page
    assert "The phone number was removed" in page


@pytest.mark.parametrize(
    ("given", "code"), [({"document_seen": False}, "document_not_seen"), ({"reason": "  "}, "reason"), ({"reason": "x" * 201}, "reason")]
)
def test_without_document_or_reason_nothing_is_done(mine, desk_clerk, given, code):
    for change in (set_number, remove_number):
        with pytest.raises(RuleViolated) as refused:
            change(desk_clerk, mine, **given)
        assert refused.value.code == code

    rows = AuditEntry.objects.filter(actor_reference=desk_clerk.reference)
    assert (number_of(mine), told(), rows.count()) == (OLD, [], 0)


def test_a_number_signs_in_one_person_only(mine, neighbour, desk_clerk):
    set_number(desk_clerk, mine)
    other = User.objects.get(reference=neighbour.reference)
    with pytest.raises(Conflict) as refused:
        set_number(desk_clerk, other)

    assert (refused.value.code, number_of(other), number_of(mine)) == ("number_taken", "", NEW)


def test_an_officers_number_is_nobody_elses(mine, desk_clerk, handling_officer):
    colleague = User.objects.get(reference=handling_officer.reference)
    contact = OfficerContact.objects.create(user=colleague, phone=OFFICERS)
    with pytest.raises(Conflict) as refused:
        check_number_for_counter(actor=desk_clerk, person=mine.reference, phone="139 0000 1111")
    with pytest.raises(Conflict):
        set_number(desk_clerk, mine, OFFICERS)
    contact.is_active = False
    contact.save()

    assert (refused.value.code, refused.value.field, number_of(mine)) == ("officers_phone", "phone", OLD)
    assert check_number_for_counter(actor=desk_clerk, person=mine.reference, phone=OFFICERS) == OFFICERS


def test_if_nobody_looked_an_officer_could_put_an_own_number(mine, desk_clerk, monkeypatch):
    """The broken variant of the test above."""
    OfficerContact.objects.create(user=User.objects.get(reference=desk_clerk.reference), phone=OFFICERS)
    monkeypatch.setattr(at_counter, "_check_no_officers", lambda number: None)
    set_number(desk_clerk, mine, OFFICERS)

    assert number_of(mine) == OFFICERS


@pytest.mark.parametrize("phone", ["110", "1380000000", "abc", "", "1" * 400])
def test_what_is_no_number_is_told_at_the_field(mine, desk_clerk, phone):
    with pytest.raises(RuleViolated) as refused:
        check_number_for_counter(actor=desk_clerk, person=mine.reference, phone=phone)

    assert (refused.value.code, refused.value.field) == ("phone", "phone")


def test_the_number_that_signs_in_already_and_one_to_remove_that_is_not_there_are_told(mine, neighbour, desk_clerk):
    with pytest.raises(Conflict) as same:
        check_number_for_counter(actor=desk_clerk, person=mine.reference, phone=OLD)
    with pytest.raises(Conflict) as none:
        remove_number(desk_clerk, User.objects.get(reference=neighbour.reference))

    assert (same.value.code, none.value.code) == ("number_same", "no_phone")


def test_a_change_that_waits_is_replaced_by_the_counters(mine, desk_clerk):
    change_phone(user=mine, number="13822223333", language="en", now=clock.now())
    set_number(desk_clerk, mine)

    waiting = PhoneChange.objects.get(applied_at=None)
    assert (waiting.stopped_because, PhoneChange.objects.waiting().count(), number_of(mine)) == ("by_counter", 0, NEW)


def test_a_number_that_slept_for_ninety_days_is_told_nothing_for_it_may_be_anothers(mine, desk_clerk):
    Person.objects.filter(pk=mine.person_id).update(phone_used_at=clock.now() - timedelta(days=91))
    set_number(desk_clerk, mine)

    assert told() == [("phone-set", False)]


@pytest.mark.parametrize("who", ["handling_officer", "head_of_branch", "auditor", "hall_manager", "resident"])
def test_nobody_without_the_right_finds_sees_or_changes_anybody(mine, who, request):
    actor = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        find_person(actor=actor, id_number=RESIDENT_ID, now=clock.now())
    with pytest.raises(Hidden):
        look_at_person(actor=actor, reference=mine.reference, now=clock.now())
    for change in (set_number, remove_number):
        with pytest.raises(Hidden):
            change(actor, mine)


def test_an_officers_account_is_no_persons(desk_clerk, handling_officer):
    with pytest.raises(Hidden):
        look_at_person(actor=desk_clerk, reference=handling_officer.reference, now=clock.now())


def test_a_search_is_written_down_whether_it_finds_somebody_or_not(mine, desk_clerk):
    found = find_person(actor=desk_clerk, id_number=RESIDENT_ID.lower(), now=clock.now())
    missed = find_person(actor=desk_clerk, id_number=OTHER_ID, now=clock.now())

    assert (found.pk, missed) == (mine.pk, None)
    rows = list(AuditEntry.objects.filter(action="person.find").order_by("pk").values_list("subject_reference", "changes"))
    assert rows == [
        (mine.reference, {"id_number": [None, "110***********002X"], "is_known": [None, True]}),
        ("nobody", {"id_number": [None, "310***********0029"], "is_known": [None, False]}),
    ]


def test_the_person_sees_who_looked(mine, resident, desk_clerk, sign_in):
    look_at_person(actor=desk_clerk, reference=mine.reference, now=clock.now())

    assert "Desk Clerk" in sign_in(resident).get("/my/looks/").content.decode()


def test_who_looks_at_more_than_thirty_people_an_hour_raises_an_alarm(desk_clerk):
    from datetime import date

    for order in range(1, MOST_PERSONS + 2):
        number = id_number(date(1990, 1, 1), order)
        Person.objects.create(name="演示某人", id_number=number, created_at=clock.now())
        found = find_person(actor=desk_clerk, id_number=number, now=clock.now())
        look_at_person(actor=desk_clerk, reference=found.reference, now=clock.now())
        assert Alarm.objects.exists() == (order > MOST_PERSONS)

    assert AccessEntry.objects.count() == MOST_PERSONS + 1


# --- through the pages, with real texts ---------------------------------------------------------------------------------


def send_code(client, user, django_capture_on_commit_callbacks, deliver, phone=NEW):
    answer = client.post(f"/desk/people/{user.reference}/phone/", {"phone": phone})
    with django_capture_on_commit_callbacks(execute=True):
        deliver()
    return answer


def test_a_clerk_sets_a_number_through_the_pages(outside, deliver, mine, desk_clerk, sign_in, django_capture_on_commit_callbacks):
    client = sign_in(desk_clerk)
    found = client.post("/desk/people/", {"id_number": RESIDENT_ID})
    assert found["Location"] == f"/desk/people/{mine.reference}/"
    page = client.get(found["Location"]).content.decode()
    assert "演***" in page
    assert "138****0001" in page
    send_code(client, mine, django_capture_on_commit_callbacks, deliver)
    text = outside.texts_to(NEW)[-1]
    assert "Read" in text
    assert "counter" in text

    form = {"code": outside.code_sent_to(NEW), "document_seen": "on", "reason": "Phone stolen"}
    Bucket.objects.all().delete()  # a number gets one text a minute, and this test does not wait
    done = client.post(f"/desk/people/{mine.reference}/phone/code/", form)
    with django_capture_on_commit_callbacks(execute=True):
        deliver()

    assert (done.status_code, number_of(mine)) == (302, NEW)
    assert "now signs you in" in outside.texts_to(NEW)[-1]
    assert "Another number replaced this one" in outside.texts_to(OLD)[-1]


def test_a_wrong_code_sets_nothing(outside, deliver, mine, desk_clerk, sign_in, django_capture_on_commit_callbacks):
    client = sign_in(desk_clerk)
    send_code(client, mine, django_capture_on_commit_callbacks, deliver, phone="13811113333")
    right = outside.code_sent_to("13811113333")
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    answer = client.post(f"/desk/people/{mine.reference}/phone/code/", {"code": wrong, "document_seen": "on", "reason": "Lost"})

    assert (answer.status_code, number_of(mine)) == (422, OLD)
    assert "This code is not right" in answer.content.decode()


def test_a_code_for_one_person_is_worth_nothing_for_another(
    outside, deliver, mine, neighbour, desk_clerk, sign_in, django_capture_on_commit_callbacks
):
    client = sign_in(desk_clerk)
    send_code(client, mine, django_capture_on_commit_callbacks, deliver, phone="13811114444")
    form = {"code": outside.code_sent_to("13811114444"), "document_seen": "on", "reason": "Lost"}

    assert client.get(f"/desk/people/{neighbour.reference}/phone/code/").status_code == 302
    assert client.post(f"/desk/people/{neighbour.reference}/phone/code/", form).status_code == 422
    assert Person.objects.get(user__reference=neighbour.reference).phone == ""


def test_a_program_does_the_same(outside, deliver, mine, desk_clerk, sign_in, django_capture_on_commit_callbacks):
    client = sign_in(desk_clerk)

    def post(path, body):
        answer = client.post(f"/api/v1/desk/people/{path}", body, content_type="application/json")
        with django_capture_on_commit_callbacks(execute=True):
            deliver()
        return answer.status_code, answer.json()

    assert post("find/", {"id_number": OTHER_ID})[1]["code"] == "person_unknown"
    assert post("find/", {"id_number": RESIDENT_ID}) == (200, {"reference": mine.reference})
    assert post(f"{mine.reference}/phone/code/", {"phone": "13811115555"}) == (200, {"to": "138****5555"})
    body = {"code": outside.code_sent_to("13811115555"), "document_seen": False, "reason": "Lost"}
    status, answer = post(f"{mine.reference}/phone/", body | {"code": "12"})
    assert (status, answer["code"], number_of(mine)) == (422, "code_refused", OLD)
    assert post(f"{mine.reference}/phone/", body | {"document_seen": True})[1]["phone"] == "138****5555"
    status, answer = post(f"{mine.reference}/phone/remove/", {"document_seen": True, "reason": "Lost"})
    assert (status, answer["phone"], answer["phone_signs_in"], number_of(mine)) == (200, "", False, "")


def test_who_has_not_confirmed_lately_is_asked_to_first(mine, desk_clerk, sign_in):
    client = sign_in(desk_clerk, minutes_ago=6)

    for path in ("/desk/people/", f"/desk/people/{mine.reference}/", f"/desk/people/{mine.reference}/phone/remove/"):
        assert "/second-factor/" in client.get(path)["Location"] or "/confirm/" in client.get(path)["Location"]
    answer = client.get(f"/api/v1/desk/people/{mine.reference}/")
    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")


def test_a_hall_without_texts_offers_no_number_to_set_and_still_removes_one(mine, desk_clerk, sign_in):
    client = sign_in(desk_clerk)
    page = client.get(f"/desk/people/{mine.reference}/").content.decode()

    assert "sends no texts" in page
    assert client.get(f"/desk/people/{mine.reference}/phone/").status_code == 404
    assert client.post(f"/desk/people/{mine.reference}/phone/remove/", {"document_seen": "on", "reason": "Lost"}).status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_unknown_number_is_answered_in_words(desk_clerk, sign_in, language):
    answer = sign_in(desk_clerk, language=language).post("/desk/people/", {"id_number": OTHER_ID})

    assert answer.status_code == 200
    assert re.search(r'role="status">\S', answer.content.decode())
