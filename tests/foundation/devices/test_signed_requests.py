"""A terminal is believed by its signature alone: fresh, whole, once, and while it is active. So is a feed."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime

import pytest
from django.test import Client

from foundation.audit.alarm_models import Alarm
from foundation.audit.models import AuditEntry
from foundation.clock import now as present
from foundation.devices.actors import KIOSK_CAPABILITIES, actor_of_kiosk
from foundation.devices.models import Kiosk
from foundation.devices.operations.change_state import change_state
from foundation.idempotency.models import SeenNonce
from foundation.limits.rules import KIOSK_HEARTBEAT
from tests.foundation.devices.machines import (
    EXCHANGE,
    FINE,
    HEARTBEAT,
    INQUIRIES,
    OPERATOR,
    MachineInHand,
    enrolled,
    enter_kiosk,
    family_of,
    new_code,
    told,
)
from tests.parallel import in_parallel

BATCH = {"messages": [{}]}


def seconds_from_now(seconds):
    return int(present().timestamp()) + seconds


def put(machine, action):
    return change_state(
        actor=OPERATOR, family=family_of(machine.kind_of_matter), reference=machine.reference, action=action, reason="a test", now=present()
    )


# --- heart-beats ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_heartbeat_keeps_how_the_terminal_is_and_tells_it_the_time(terminal, kiosk):
    answer = terminal.post(content={"software_digest": "0123456789abcdef" * 4, "parts": {"paper": "low"}})

    assert answer.status_code == 200
    document = answer.json()
    assert abs((datetime.fromisoformat(document["time"]) - present()).total_seconds()) < 5
    assert (document["state"], document["message"]) == ("active", "")
    kiosk.refresh_from_db()
    assert (kiosk.software_digest[:4], kiosk.parts, kiosk.is_troubled) == ("0123", {"paper": "low"}, True)
    assert kiosk.last_seen_at


@pytest.mark.django_db
def test_a_heartbeat_tells_the_notice_in_the_language_asked_for(terminal, kiosk):
    Kiosk.objects.update(notice_zh="今晚维护。", notice_en="Out of service tonight.")

    assert terminal.post(headers={"Accept-Language": "en"}).json()["message"] == "Out of service tonight."
    assert terminal.post(headers={"Accept-Language": "zh-Hans"}).json()["message"] == "今晚维护。"


@pytest.mark.django_db
def test_a_heartbeat_is_cheap(terminal, django_assert_num_queries):
    """The row, the nonce within its savepoint, the limit, and one update; no audit row, for nobody decided anything."""
    terminal.post()
    before = AuditEntry.objects.count()

    with django_assert_num_queries(8):
        assert terminal.post().status_code == 200
    assert AuditEntry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_no_index_is_rewritten_by_a_heartbeat(terminal):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(attname) FROM pg_index JOIN pg_attribute ON attrelid = indexrelid WHERE indrelid = 'devices_kiosk'::regclass"
        )
        (indexed,) = cursor.fetchone()

    assert not set(indexed) & {"last_seen_at", "software_digest", "parts", "is_troubled"}


@pytest.mark.django_db
def test_a_terminal_that_runs_wild_is_slowed_down_and_no_other(terminal, station):
    other = enrolled(enter_kiosk(station, code="ZDJ-0002"))
    answers = [terminal.post().status_code for _ in range(KIOSK_HEARTBEAT.allowed + 2)]

    assert answers == [200] * KIOSK_HEARTBEAT.allowed + [429] * 2
    assert other.post().status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        {},
        {"software_digest": "a" * 64},
        FINE | {"more": 1},
        FINE | {"software_digest": "A" * 64},
        FINE | {"software_digest": "a" * 65},
        FINE | {"software_digest": 7},
        FINE | {"parts": []},
        FINE | {"parts": {"paper": "burning"}},
        FINE | {"parts": {"paper": {"deep": "ok"}}},
        FINE | {"parts": {"Paper": "ok"}},
        FINE | {"parts": {"": "ok"}},
        FINE | {"parts": {"p" * 31: "ok"}},
        FINE | {"parts": {"\u202epaper": "ok"}},
        FINE | {"parts": {f"part_{'x' * n}": "ok" for n in range(13)}},
    ],
)
def test_what_a_terminal_may_say_is_bounded(terminal, kiosk, content):
    assert told(terminal.post(content=content)) == (400, "invalid_input")
    kiosk.refresh_from_db()
    assert kiosk.last_seen_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("size", [70_000, 2_000_000])
def test_a_huge_heartbeat_is_refused(terminal, size):
    assert told(terminal.post(content={"software_digest": "a" * size, "parts": {}})) == (413, "too_large")


# --- the clock --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "way"), [(-300, "ago"), (300, "ahead"), (-64, "ago"), (64, "ahead")])
def test_a_terminal_whose_clock_is_off_is_told_by_how_much_and_the_right_time(terminal, seconds, way):
    answer = terminal.post(created=seconds_from_now(seconds), headers={"Accept-Language": "en"})

    assert told(answer) == (401, "clock_skew")
    document = answer.json()
    assert abs((datetime.fromisoformat(document["server_time"]) - present()).total_seconds()) < 5
    assert way in document["detail"]
    assert document["server_time"] in document["detail"]
    assert "时钟" in terminal.post(created=seconds_from_now(seconds), headers={"Accept-Language": "zh-Hans"}).json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [-55, 55])
def test_a_minute_is_forgiven(terminal, seconds):
    assert terminal.post(created=seconds_from_now(seconds)).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401)])
def test_a_feed_has_five_minutes(back_office, seconds, status):
    answer = back_office.post(EXCHANGE, BATCH, created=seconds_from_now(seconds))

    assert answer.status_code == status
    assert status == 200 or (answer.json()["code"] == "signature_stale" and answer.json()["server_time"])


# --- what is signed ---------------------------------------------------------------------------------------------------


def altered(terminal):
    """Return requests of which one signed component each was changed on the way, by what was changed."""
    body = json.dumps(FINE).encode()
    other = json.dumps(FINE | {"parts": {"paper": "out"}}).encode()
    digest = f"sha-256=:{base64.b64encode(bytes(32)).decode()}:"

    def send(data=body, path=HEARTBEAT, method="POST", host="testserver", **changed):
        headers = terminal.headers(HEARTBEAT, body)
        for name, (before, after) in changed.items():
            key = name.replace("_", "-").title()
            headers[key] = headers[key].replace(before, after) if before else after
        return Client().generic(method, path, data, content_type="application/json", headers={"host": host, **headers})

    now = str(seconds_from_now(0))[:-1]
    return {
        "body": lambda: send(other),
        "body and digest": lambda: send(other, content_digest=("", MachineInHand().headers(HEARTBEAT, other)["Content-Digest"])),
        "digest": lambda: send(content_digest=("", digest)),
        "path": lambda: send(path=INQUIRIES),
        "query": lambda: send(path=f"{HEARTBEAT}?x=1"),
        "host": lambda: send(host="localhost"),
        "created": lambda: send(signature_input=(f"created={now}", f"created={int(now) + 1}")),
        "key id": lambda: send(signature_input=(terminal.key_id, "k-0000-0000-0000-00000000")),
        "algorithm": lambda: send(signature_input=('alg="ed25519"', 'alg="hmac-sha256"')),
        "nonce": lambda: send(signature_input=('nonce="', 'nonce="x')),
        "left out digest": lambda: send(signature_input=(' "content-digest"', "")),
        "left out method": lambda: send(signature_input=('"@method" ', "")),
        "signature": lambda: send(signature=("hall=:", "hall=:AAAA")),
        "no signature": lambda: send(signature=("", "")),
    }


PARTS = (
    *("body", "body and digest", "digest", "path", "query", "host", "created", "key id", "algorithm", "nonce", "left out digest"),
    *("left out method", "signature", "no signature"),
)


@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS)
def test_a_request_that_was_altered_on_the_way_is_not_believed(terminal, kiosk, part):
    answer = altered(terminal)[part]()

    assert answer.status_code == 401, answer.content
    kiosk.refresh_from_db()
    assert kiosk.last_seen_at is None


def test_every_alteration_is_tried():
    assert set(altered(MachineInHand(key_id="k-1"))) == set(PARTS)


@pytest.mark.django_db
def test_a_verifier_that_does_not_look_at_the_digest_is_found_out(terminal, kiosk, monkeypatch):
    from foundation.signatures import verify

    monkeypatch.setattr(verify.HallVerifier, "verify_body", lambda *args, **options: None)

    assert altered(terminal)["body"]().status_code == 200, "the test above would not have noticed"


def replayed(terminal, times=100):
    """Capture one request and send it so many times at once; return how many were taken."""
    body = json.dumps(FINE).encode()
    headers = terminal.headers(HEARTBEAT, body)

    def send(_number):
        return Client().post(HEARTBEAT, body, content_type="application/json", headers=headers).status_code

    return in_parallel(send, times).count(200)


@pytest.mark.django_db(transaction=True)
def test_a_captured_request_acts_once_however_often_it_is_sent(terminal):
    assert replayed(terminal) == 1


@pytest.mark.django_db(transaction=True)
def test_a_verifier_that_forgets_nonces_is_found_out(terminal, monkeypatch):
    monkeypatch.setattr("foundation.devices.authentication.use_nonce", lambda **given: None)

    assert replayed(terminal, 5) > 1


@pytest.mark.django_db
def test_a_nonce_is_remembered_for_as_long_as_the_request_is_fresh(terminal):
    terminal.post(created=seconds_from_now(30), nonce="a-nonce-of-this-very-test")

    seen = SeenNonce.objects.get(nonce="a-nonce-of-this-very-test")
    assert 85 <= (seen.expires_at - present()).total_seconds() <= 90


# --- who signs for whom -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_terminal_cannot_sign_in_the_name_of_another(terminal, station):
    other = enrolled(enter_kiosk(station, code="ZDJ-0002"))

    assert told(terminal.post(keyid=other.key_id)) == (401, "signature_wrong")
    assert told(other.post(keyid=terminal.key_id)) == (401, "signature_wrong")


@pytest.mark.django_db
def test_a_terminal_that_names_another_in_its_words_changes_nothing_of_it(terminal, station):
    other = enter_kiosk(station, code="ZDJ-0002")

    assert told(terminal.post(content=FINE | {"reference": other.number})) == (400, "invalid_input")
    assert terminal.post().status_code == 200
    other.refresh_from_db()
    assert other.last_seen_at is None


@pytest.mark.django_db
def test_the_key_of_a_feed_is_no_key_of_a_terminal_and_the_other_way_round(terminal, back_office):
    assert told(back_office.post(HEARTBEAT)) == (401, "key_unknown")
    assert told(back_office.post(INQUIRIES, {"code": "x"})) == (401, "key_unknown")
    assert told(terminal.post(EXCHANGE, BATCH)) == (401, "key_unknown")


@pytest.mark.django_db
def test_a_machine_without_a_key_is_nobody(kiosk, case_system):
    for name in ("", "None", "null", kiosk.reference.lower(), case_system.code):
        assert told(MachineInHand().post(keyid=name)) in {(401, "key_unknown"), (401, "signature_wrong"), (401, "signature_missing")}
        assert told(MachineInHand("feed").post(EXCHANGE, BATCH, keyid=name))[0] == 401


@pytest.mark.django_db
def test_an_officers_session_is_no_signature(steward, sign_in, kiosk):
    answer = sign_in(steward).post(HEARTBEAT, json.dumps(FINE), content_type="application/json")

    assert told(answer) == (401, "signature_missing")


# --- suspended, lost, retired -----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["suspend", "lose", "retire"])
def test_a_machine_that_is_not_to_be_heard_is_refused_at_its_next_request(machine, action):
    in_hand = enrolled(machine)
    path, content = {"kiosk": (HEARTBEAT, FINE), "feed": (EXCHANGE, BATCH)}[machine.kind_of_matter]
    assert in_hand.post(path, content).status_code == 200

    put(machine, action)

    assert told(in_hand.post(path, content)) == (403, f"{machine.kind_of_matter}_suspended")
    entry = AuditEntry.objects.get(action="denied")
    assert (entry.actor_kind, entry.actor_reference, entry.bureau_code) == (machine.kind_of_matter, machine.reference, "310000")
    assert entry.changes["refusal"][1] == f"{machine.kind_of_matter}_suspended"


@pytest.mark.django_db
def test_a_lost_machine_that_speaks_raises_one_alarm_where_somebody_looks_after_it(machine):
    in_hand = enrolled(machine)
    path, content = {"kiosk": (HEARTBEAT, FINE), "feed": (EXCHANGE, BATCH)}[machine.kind_of_matter]
    put(machine, "suspend")
    in_hand.post(path, content)
    assert not Alarm.objects.exists()

    put(machine, "lose")
    for _ in range(3):
        in_hand.post(path, content)

    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.subject_kind, alarm.subject_reference) == ("lost_machine_spoke", machine.kind_of_matter, machine.reference)
    assert (alarm.path, alarm.times) == (machine.home.path, 3)


@pytest.mark.django_db
def test_a_suspended_machine_that_is_resumed_is_heard_again_with_its_key(terminal, kiosk):
    put(kiosk, "suspend")
    put(kiosk, "resume")

    assert terminal.post().status_code == 200


@pytest.mark.django_db
def test_a_thief_is_not_told_that_the_terminal_is_missed(terminal, kiosk, station):
    other = enter_kiosk(station, code="ZDJ-0002")
    elsewhere = enrolled(other)
    put(kiosk, "lose")
    put(other, "suspend")

    lost, suspended = terminal.post().json(), elsewhere.post().json()
    assert {name: lost[name] for name in ("status", "code", "detail")} == {name: suspended[name] for name in ("status", "code", "detail")}


@pytest.mark.django_db
def test_a_lost_terminal_that_was_found_needs_a_new_key(terminal, kiosk):
    put(kiosk, "lose")
    put(kiosk, "find")

    assert told(terminal.post()) == (401, "key_unknown")
    assert told(terminal.enrol(new_code(kiosk))) == (422, "key_used")
    assert enrolled(Kiosk.objects.get()).post().status_code == 200


@pytest.mark.django_db
def test_a_terminal_suspended_while_it_speaks_changes_nothing_more(terminal, kiosk, monkeypatch):
    from foundation.devices.rest import views

    def suspended_meanwhile(**given):
        put(kiosk, "suspend")
        return heard(**given)

    heard = views.hear_heartbeat
    monkeypatch.setattr(views, "hear_heartbeat", suspended_meanwhile)

    assert told(terminal.post()) == (403, "kiosk_suspended")
    kiosk.refresh_from_db()
    assert kiosk.last_seen_at is None


# --- looking a case up ------------------------------------------------------------------------------------------------


@pytest.fixture
def code(case, desk_clerk, now):
    from cases.operations.hand_over_code import hand_over_code

    return hand_over_code(actor=desk_clerk, reference=case.reference, now=now)[1]


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["code", "token"])
def test_a_look_through_a_terminal_is_recorded_as_the_terminals(terminal, kiosk, code, way):
    from foundation.audit.models import AccessEntry

    answer = terminal.post(INQUIRIES, {"code": code.typed} if way == "code" else {"token": code.token})

    assert answer.status_code == 200
    look = AccessEntry.objects.get(reason="receipt")
    assert (look.viewer_kind, look.viewer_reference, look.viewer_name) == ("kiosk", kiosk.number, "测试居委会")


@pytest.mark.django_db
def test_the_person_reads_at_which_terminal_somebody_looked(terminal, code, case, resident, sign_in):
    terminal.post(INQUIRIES, {"code": code.typed})

    page = sign_in(resident).get(f"/my/cases/{case.reference}/")
    assert "at the terminal 测试居委会" in page.content.decode()


@pytest.mark.django_db
def test_wrong_codes_at_a_terminal_lock_that_terminal_and_not_the_street(terminal, station, code):
    from foundation.inquiries.codes import new_typed_code
    from foundation.limits.rules import INQUIRY_SOURCE

    other = enrolled(enter_kiosk(station, code="ZDJ-0002"))
    for _ in range(INQUIRY_SOURCE.allowed):
        assert told(terminal.post(INQUIRIES, {"code": new_typed_code().printed})) == (404, "inquiry_not_found")

    assert told(terminal.post(INQUIRIES, {"code": code.typed})) == (429, "too_many_requests")
    assert other.post(INQUIRIES, {"code": code.typed}).status_code == 200
    assert Client().post(INQUIRIES, {"code": code.typed}, content_type="application/json").status_code == 200


@pytest.mark.django_db
def test_a_suspended_terminal_looks_nothing_up(terminal, kiosk, code):
    put(kiosk, "suspend")

    assert told(terminal.post(INQUIRIES, {"code": code.typed})) == (403, "kiosk_suspended")


@pytest.mark.django_db
def test_whoever_claims_to_be_a_terminal_has_to_prove_it(kiosk, code):
    forged = {"Signature-Input": 'hall=("@method");created=1;keyid="x"'}
    answer = Client().post(INQUIRIES, {"code": code.typed}, content_type="application/json", headers=forged)

    assert told(answer) == (401, "signature_missing")


# --- no staff rights, ever --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_a_terminal_may_do_is_a_closed_list_that_no_post_holds(kiosk, roles):
    held_by_posts = {capability for role in roles.values() for capability in role.capabilities}

    assert {"kiosk.look_up", "kiosk.report"} == KIOSK_CAPABILITIES
    assert not KIOSK_CAPABILITIES & held_by_posts
    assert {capability for capability, _path in actor_of_kiosk(kiosk).scopes} == KIOSK_CAPABILITIES
    assert all(path == kiosk.place.path for _capability, path in actor_of_kiosk(kiosk).scopes)
    assert not any(actor_of_kiosk(kiosk).can(capability, kiosk.place) for capability in held_by_posts)


@pytest.mark.django_db
def test_a_feed_may_exchange_and_nothing_else(case_system, roles):
    from foundation.accounts.actors import actor_of_feed

    assert {capability for capability, _path in actor_of_feed(case_system).scopes} == {"case.exchange"}
    assert not any("case.exchange" in role.capabilities for role in roles.values())


@pytest.mark.django_db
def test_no_post_can_ever_be_given_to_a_machine(kiosk, case_system):
    from django.db.models import ForeignKey

    from foundation.accounts.models import Feed, Grant, User

    holders = {field.name: field.related_model for field in Grant._meta.get_fields() if isinstance(field, ForeignKey)}
    assert holders["user"] is User
    assert not {Kiosk, Feed} & set(holders.values())
    assert set(User.Kind.values) == {"officer", "resident"}
    for model in (Kiosk, Feed):
        related = {field.related_model for field in model._meta.get_fields() if field.is_relation}
        assert not related & {User, Grant}, f"{model.__name__} is tied to people's rights"


@pytest.mark.django_db
def test_no_key_of_a_machine_opens_a_page_or_route_of_the_staff(terminal, back_office):
    """Every address of the URLconf that is not open to anybody, in both methods, signed rightly by either kind of machine."""
    from tests.matrix.rules import read

    routes = [rule.route for rule in read() if rule.gate not in {"anybody", "kiosks", "feeds"}]
    values = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}

    def filled(route):
        return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda part: values.get(part[1], "x"), route)

    opened = [
        f"{machine.kind}: {method} {route} {answer.status_code}"
        for route in routes
        for machine in (terminal, back_office)
        for method in ("GET", "POST")
        if (answer := machine.post(filled(route), {}, method=method)).status_code not in {302, 401, 403, 404, 405}
        or (answer.status_code == 302 and "/accounts/" not in answer["Location"])
    ]

    assert len(routes) > 60
    assert not opened
