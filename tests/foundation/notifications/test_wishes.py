"""How people wish to be told: kept, obeyed, and stopped by one press."""

from __future__ import annotations

import re
from datetime import datetime, time

import pytest
from django.core import mail
from django.test import Client

from foundation.audit.models import AuditEntry
from foundation.clock import CITY_ZONE
from foundation.errors import DomainError
from foundation.notifications import shown
from foundation.notifications.kinds import kinds
from foundation.notifications.models import Contact, Notice, Refusal, Unreached, Wish
from foundation.notifications.operations.set_wishes import Wishes, choosable_kinds, set_wishes
from foundation.notifications.operations.unsubscribe import token_for
from foundation.notifications.preferences import channels_for, end_of_quiet, language_of, not_before
from foundation.notifications.unsubscribing import address_for_leaving
from tests.plugins.people import NOW

EVENT, GUARD = "cases.progressed", "phone-set"


def _at(hour, minute=0, day=10):
    return datetime(2026, 3, day, hour, minute, tzinfo=CITY_ZONE)


@pytest.mark.parametrize(
    ("now", "start", "end", "until"),
    [
        (_at(21, 59), time(22), time(7), _at(21, 59)),
        (_at(22), time(22), time(7), _at(7, day=11)),
        (_at(0), time(22), time(7), _at(7)),
        (_at(6, 59), time(22), time(7), _at(7)),
        (_at(7), time(22), time(7), _at(7)),
        (_at(13), time(12, 30), time(14, 15), _at(14, 15)),
        (_at(14, 15), time(12, 30), time(14, 15), _at(14, 15)),
        (_at(3), time(0), time(0), _at(3)),
        (_at(23), time(22), time(0), _at(0, day=11)),
    ],
)
def test_quiet_hours_are_the_citys_and_may_go_over_midnight(now, start, end, until):
    assert end_of_quiet(now, start=start, end=end) == until


def _wishes(**changes):
    usual = {"language": "en", "first_channel": "email", "quiet_from": time(20), "quiet_until": time(8), "refused": frozenset()}
    return Wishes(**usual | changes)


def test_who_never_said_is_told_by_text_first_and_not_at_night(resident_user):
    person = resident_user.person

    assert channels_for(person, EVENT, NOW)[:2] == ("in-app", "sms")
    assert not_before(person, EVENT, _at(23)) == _at(7, day=11)
    assert language_of(person) == "zh-hans"


def test_what_somebody_wishes_holds_at_once(resident, resident_user):
    set_wishes(actor=resident, wishes=_wishes(refused=frozenset({(EVENT, "sms")})), now=NOW)
    person = resident_user.person

    assert channels_for(person, EVENT, NOW) == ("in-app", "email", "wechat")
    assert channels_for(person, "cases.message_answered", NOW) == ("in-app", "email", "sms", "wechat")
    assert not_before(person, EVENT, _at(21)) == _at(8, day=11)
    assert language_of(person) == "en"
    assert AuditEntry.objects.get(action="wishes.set").changes["refused"] == [[], [f"{EVENT}:sms"]]


def test_what_guards_an_account_goes_every_way_at_any_hour(resident, resident_user):
    Refusal.objects.create(person=resident_user.person, event=GUARD, channel="sms", refused_at=NOW)

    assert "sms" in channels_for(resident_user.person, GUARD, NOW)
    assert not_before(resident_user.person, GUARD, _at(3)) == _at(3)
    assert GUARD not in {kind.code for kind in choosable_kinds()}
    assert not any(kind.for_officers for kind in choosable_kinds()) and any(kind.for_officers for kind in kinds())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"first_channel": "in-app"}, "first_channel"),
        ({"quiet_from": time(8), "quiet_until": time(23)}, "quiet_until"),
        ({"refused": frozenset({(GUARD, "sms")})}, "refused"),
        ({"refused": frozenset({("alarm", "email")})}, "refused"),
        ({"refused": frozenset({(EVENT, "in-app")})}, "refused"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_and_nothing_is_kept(resident, changes, field):
    with pytest.raises(DomainError) as refusal:
        set_wishes(actor=resident, wishes=_wishes(**changes), now=NOW)
    assert refusal.value.field == field
    assert not Wish.objects.exists() and not Refusal.objects.exists()


def _notice(person, **changes):
    usual = {"event": EVENT, "subject_kind": "case", "subject_reference": "C-1", "language": "en", "is_mandatory": False, "created_at": NOW}
    return Notice.objects.create(person=person, **usual | changes)


def test_a_mail_program_stops_a_kind_of_mail_by_one_press_without_signing_in(resident_user):
    notice, stranger = _notice(resident_user.person), Client(enforce_csrf_checks=True)
    address = f"/unsubscribe/{token_for(notice)}/"

    assert stranger.get(address).status_code == 200
    assert not Refusal.objects.exists(), "a scanner that opens every link stops nothing"
    for _time in range(2):
        assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert Refusal.objects.get().channel == "email"
    assert AuditEntry.objects.filter(action="wishes.unsubscribe").count() == 1
    assert "email" not in channels_for(resident_user.person, EVENT, NOW)
    assert str(resident_user.person.pk.hex) not in address


def test_a_link_that_the_hall_did_not_make_and_what_is_mandatory_stop_nothing(resident_user):
    notice, guard = _notice(resident_user.person), _notice(resident_user.person, event=GUARD, is_mandatory=True)
    token = token_for(notice)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), f"{guard.pk.hex}.{token.partition('.')[2]}", "x", "x.y"):
        assert Client().post(f"/unsubscribe/{wrong}/").status_code == 404
    assert Client().post(f"/unsubscribe/{token_for(guard)}/").status_code == 422
    assert not Refusal.objects.exists()


def test_only_mails_of_what_is_not_mandatory_carry_the_link(resident_user, make_delivery):
    person = resident_user.person
    mail_of = [
        make_delivery(_notice(person, occurrence=str(number), is_mandatory=is_guard), channel)
        for number, (is_guard, channel) in enumerate([(False, "email"), (True, "email"), (False, "sms")])
    ]

    assert [bool(address_for_leaving(each)) for each in mail_of] == [True, False, False]
    assert address_for_leaving(mail_of[0]).startswith("http")


@pytest.fixture
def make_delivery(db):
    from foundation.notifications.models import Delivery

    def make(notice, channel, **given):
        usual = {"state": "waiting", "created_at": NOW, "due_at": NOW, "wanted_at": NOW}
        return Delivery.objects.create(notice=notice, channel=channel, is_mandatory=notice.is_mandatory, **usual | given)

    return make


def test_a_mail_address_counts_once_a_code_proved_it(resident, resident_user, sign_in, deliver, django_capture_on_commit_callbacks):
    client = sign_in(resident)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/my/preferences/mail/", {"address": " Zhang@Example.COM "})
        deliver()
    assert not Contact.objects.exists()
    [sent] = mail.outbox
    code = re.search(r"[0-9]{6}", sent.body)[0]

    wrong = "000000" if code != "000000" else "111111"
    assert client.post("/my/preferences/mail/code/", {"code": wrong}).status_code == 422
    assert client.post("/my/preferences/mail/code/", {"code": code}).status_code == 302

    assert (Contact.objects.get().address, sent.to) == ("Zhang@example.com", ["Zhang@example.com"])
    page = client.get("/my/preferences/").content.decode()
    assert "Z***@example.com" in page and "Zhang@" not in page
    assert AuditEntry.objects.get(action="mail.set").subject_reference == resident_user.reference

    client.post("/my/preferences/mail/remove/")
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "typed",
    ["", "zhang", "zhang@", "张@example.com", "a@b@c.cn", "a b@example.com", f"{'a' * 250}@example.com", "a@example.com\nBcc: b@c.cn"],
)
def test_what_is_no_mail_address_is_refused(resident, sign_in, typed):
    assert sign_in(resident).post("/my/preferences/mail/", {"address": typed}).status_code == 422
    assert not mail.outbox


def test_both_faces_keep_the_same_wishes(resident, sign_in):
    client = sign_in(resident)
    told = {
        "language": "en",
        "first_channel": "wechat",
        "quiet_from": "21:30",
        "quiet_until": "06:00",
        "refused": [{"event": EVENT, "channel": "sms"}],
    }

    assert client.put("/api/v1/my/preferences/", told, content_type="application/json").json() == told
    assert client.get("/api/v1/my/preferences/").json() == told
    form = {"language": "en", "first_channel": "wechat", "quiet_from": "21:30", "quiet_until": "06:00", f"by-{EVENT}": ["email", "wechat"]}
    form |= {f"by-{kind.code}": ["sms", "email", "wechat"] for kind in choosable_kinds() if kind.code != EVENT}
    assert client.post("/my/preferences/", form).status_code == 302
    assert client.get("/api/v1/my/preferences/").json() == told
    refused = client.put(
        "/api/v1/my/preferences/", told | {"refused": [{"event": GUARD, "channel": "sms"}]}, content_type="application/json"
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "not_choosable")


def test_messages_are_listed_and_read_by_their_owner_only(resident, neighbour, resident_user, sign_in):
    notice, hidden = _notice(resident_user.person), _notice(resident_user.person, occurrence="2", is_hidden=True)
    mine, other = sign_in(resident), sign_in(neighbour)

    [row] = mine.get("/api/v1/my/messages/").json()["results"]
    assert (row["id"], row["read_at"]) == (str(notice.pk), None)
    assert other.get("/api/v1/my/messages/").json()["results"] == []
    for address in (f"/my/messages/{notice.pk}/", f"/api/v1/my/messages/{notice.pk}/read/", f"/my/messages/{hidden.pk}/"):
        assert other.post(address, {}, content_type="application/json").status_code == 404
    assert mine.get(f"/my/messages/{hidden.pk}/").status_code == 404

    mine.get(f"/my/messages/{notice.pk}/")
    notice.refresh_from_db()
    assert notice.read_at is None, "an address that a program looks at ahead marks nothing"
    mine.post(f"/my/messages/{notice.pk}/")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_clerk_sees_masked_what_went_to_people_of_the_own_unit(desk_clerk, sign_in, resident_user, station, other_station, make_delivery):
    own, other = _notice(resident_user.person, unit=station), _notice(resident_user.person, unit=other_station, occurrence="2")
    for each in (own, other):
        make_delivery(each, "sms", state="failed", reason="number_void")
        Unreached.objects.create(notice=each, path=each.unit.path, reason="number_void", opened_at=NOW)
    client = sign_in(desk_clerk)

    for address in ("/api/v1/desk/deliveries/", "/api/v1/desk/unreached/"):
        [row] = client.get(address).json()["results"]
        assert (row["notice"], row["who"]) == (str(own.pk), "演***")
    page = client.get("/desk/deliveries/all/?state=failed").content.decode()
    assert "演***" in page and resident_user.person.name not in page and resident_user.person.phone not in page
    assert client.get(f"/desk/deliveries/{other.pk}/").status_code == 404


def test_where_calling_is_not_safe_a_desk_is_shown_no_number(desk_clerk, sign_in, resident_user, station, monkeypatch):
    from foundation.notifications import routes

    monkeypatch.setitem(routes._resolvers, "test", lambda key: routes.IN_PERSON)
    unsafe = _notice(resident_user.person, unit=station, route="test:1", is_hidden=True)
    safe = _notice(resident_user.person, unit=station, occurrence="2")
    for each in (unsafe, safe):
        Unreached.objects.create(notice=each, path=station.path, reason="in_person", opened_at=NOW)
    client = sign_in(desk_clerk)

    assert resident_user.person.phone not in client.get(f"/desk/deliveries/{unsafe.pk}/").content.decode()
    assert resident_user.person.phone in client.get(f"/desk/deliveries/{safe.pk}/").content.decode()


def test_every_reason_of_a_client_has_words_or_a_general_one():
    assert all(
        str(shown.reason_in_words(reason, is_over=is_over))
        for reason in ("status_503", "errcode_-1", "number_void")
        for is_over in (True, False)
    )
