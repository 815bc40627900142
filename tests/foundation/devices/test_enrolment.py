"""A machine brings its key with a code that works once, for an hour, for this machine; everything else is answered alike."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.test import Client

from foundation.audit.models import AuditEntry
from foundation.clock import now as present
from foundation.devices.codes import GOOD_FOR, LENGTH, RANDOM_LENGTH, parse_code
from foundation.devices.codes import new_code as make_code
from foundation.devices.models import EnrolmentCode, MachineEvent
from foundation.devices.operations import enrol as enrolling
from foundation.devices.operations.change_state import change_state
from foundation.errors import DomainError
from foundation.identifiers import crockford
from foundation.limits.rules import ENROLMENT_CODE, ENROLMENT_SOURCE
from foundation.signatures.keys import check_public_key
from tests.foundation.devices.machines import (
    ENROL,
    OPERATOR,
    MachineInHand,
    enrolled,
    enter_case_system,
    enter_kiosk,
    family_of,
    new_code,
    told,
)
from tests.parallel import in_parallel

REFUSED = (404, "enrolment_refused")


@pytest.fixture
def in_hand(machine):
    return MachineInHand(machine.kind_of_matter)


def refusals():
    return list(AuditEntry.objects.filter(action__endswith=".enrol_refused").order_by("pk"))


def why():
    return [entry.changes["refusal"][1] for entry in refusals()]


# --- the code ---------------------------------------------------------------------------------------------------------


def test_a_code_holds_more_than_112_random_bits_so_a_fast_hash_may_keep_it():
    assert RANDOM_LENGTH * 5 >= 112
    assert LENGTH == RANDOM_LENGTH + 1


def test_a_code_is_read_however_it_was_typed_and_a_slip_is_found():
    code = make_code()
    typed = code.printed.lower().replace("-", "  ").replace("0", "o").replace("1", "l")

    assert parse_code(typed).text == code.text
    for place in range(LENGTH):
        other = next(character for character in crockford.ALPHABET if character != code.text[place])
        with pytest.raises(DomainError) as refusal:
            parse_code(code.text[:place] + other + code.text[place + 1 :])
        assert refusal.value.code == "code_mistyped"


def test_a_code_is_in_no_log_and_no_table():
    code = make_code()

    assert code.text not in repr(code)
    assert code.text.encode() not in code.digest
    assert len(code.digest) == 32


# --- the right way ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_machine_brings_its_key_and_is_heard_from_then_on(machine, in_hand):
    answer = in_hand.enrol(new_code(machine))

    assert answer.status_code == 201
    document = answer.json()
    assert document["reference"] == machine.reference
    assert document["state"] == "active"
    assert document["window_seconds"] == {"kiosk": 60, "feed": 300}[machine.kind_of_matter]
    machine.refresh_from_db()
    assert (machine.key_id, bytes(machine.public_key), machine.state) == (document["key_id"], in_hand.public_key, "active")


@pytest.mark.django_db
def test_enrolling_is_told_in_the_audit_log_and_in_the_history(machine, in_hand):
    in_hand.enrol(new_code(machine))

    entry = AuditEntry.objects.get(action=f"{machine.kind_of_matter}.enrol")
    assert (entry.actor_kind, entry.actor_reference) == (machine.kind_of_matter, machine.reference)
    assert entry.changes == {"key_id": [None, in_hand.key_id]}
    kinds = list(MachineEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["registered", "code_issued", "enrolled"]


@pytest.mark.django_db
def test_a_new_key_kills_the_old_one_at_once(kiosk, terminal):
    successor = MachineInHand()
    assert successor.enrol(new_code(kiosk)).status_code == 201

    assert told(terminal.post()) == (401, "key_unknown")
    assert successor.post().status_code == 200


@pytest.mark.django_db
def test_a_suspended_machine_that_brings_a_new_key_stays_suspended(kiosk, terminal):
    change_state(actor=OPERATOR, family=family_of("kiosk"), reference=kiosk.reference, action="suspend", reason="broken", now=present())
    successor = MachineInHand()

    assert successor.enrol(new_code(kiosk)).json()["state"] == "suspended"
    assert told(successor.post()) == (403, "kiosk_suspended")


# --- all other ways ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_code_that_opens_nothing_is_answered_with_the_same_bytes_and_recorded(kiosk, case_system, station):
    late, revoked = enter_kiosk(station, code="ZDJ-0002"), enter_kiosk(station, code="ZDJ-0003")
    used = new_code(kiosk)
    MachineInHand().enrol(used)
    expired = new_code(late, now=present() - GOOD_FOR)
    taken_back = new_code(revoked)
    new_code(revoked)

    answers = [MachineInHand().enrol(code) for code in (make_code().printed, used, expired, taken_back, new_code(case_system))]

    assert {told(answer) for answer in answers} == {REFUSED}
    assert len({answer.content for answer in answers}) == 1
    assert all("traceparent" not in answer for answer in answers)
    assert why() == ["unknown", "used", "expired", "revoked", "foreign"]
    assert [entry.subject_reference for entry in refusals()][1:4] == [kiosk.reference, late.reference, revoked.reference]


@pytest.mark.django_db
def test_the_code_of_a_terminal_enrols_no_feed_and_stays_good_for_the_terminal(kiosk):
    code = new_code(kiosk)

    assert told(MachineInHand("feed").enrol(code)) == REFUSED
    assert MachineInHand().enrol(code).status_code == 201


@pytest.mark.django_db
def test_a_code_ends_with_its_hour(kiosk, monkeypatch):
    code, issued = new_code(kiosk), EnrolmentCode.objects.get().issued_at

    def at(moment):
        monkeypatch.setattr("foundation.devices.rest.views.clock.now", lambda: moment)
        return MachineInHand().enrol(code, created=int(moment.timestamp()))

    assert told(at(issued + GOOD_FOR)) == REFUSED
    assert at(issued + GOOD_FOR - timedelta(seconds=1)).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["lose", "retire"])
def test_a_code_that_waits_is_taken_back_with_the_machine(terminal, kiosk, action):
    code = new_code(kiosk)
    change_state(actor=OPERATOR, family=family_of("kiosk"), reference=kiosk.reference, action=action, reason="gone", now=present())

    assert told(MachineInHand().enrol(code)) == REFUSED
    with pytest.raises(DomainError) as refusal:
        new_code(kiosk)
    assert refusal.value.code == "may_not_enrol"


@pytest.mark.django_db
def test_a_slip_is_told_as_one_and_costs_no_attempt(kiosk):
    code = new_code(kiosk)
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")

    for _ in range(ENROLMENT_SOURCE.allowed + 1):
        assert told(MachineInHand().enrol(slip)) == (422, "code_mistyped")
    assert MachineInHand().enrol(code).status_code == 201


@pytest.mark.django_db
def test_whoever_does_not_hold_the_private_key_enrols_nothing(machine, in_hand):
    code, stranger = new_code(machine), MachineInHand()

    assert told(in_hand.enrol(code, key=stranger.key)) == (401, "signature_wrong")
    assert told(in_hand.enrol(code, keyid="something-else")) == (401, "key_unknown")
    body = json.dumps({"code": code, "public_key": base64.b64encode(in_hand.public_key).decode()})
    unsigned = Client().post(ENROL[machine.kind_of_matter], body, content_type="application/json")
    assert told(unsigned) == (401, "signature_missing")
    assert in_hand.enrol(code).status_code == 201


@pytest.mark.django_db
def test_a_key_is_never_used_twice_by_any_machine(station, bureau):
    first = enrolled(enter_kiosk(station))
    other, system = enter_kiosk(station, code="ZDJ-0002"), enter_case_system(bureau)
    code = new_code(other)

    assert told(MachineInHand(key=first.key).enrol(code)) == (422, "key_used")
    assert told(MachineInHand("feed", key=first.key).enrol(new_code(system))) == (422, "key_used")
    assert MachineInHand().enrol(code).status_code == 201, "the code is still good"


@pytest.mark.django_db
def test_an_old_key_does_not_come_back(kiosk, terminal):
    assert MachineInHand().enrol(new_code(kiosk)).status_code == 201

    assert told(terminal.enrol(new_code(kiosk))) == (422, "key_used")


# Points of order 1, 2, 4 and 8, a second way of writing one, and a number that is no point (y = 2).
P = 2**255 - 19
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD83D3D706A17C7
NONSENSE = {
    "the neutral point": 1,
    "order 2": P - 1,
    "order 4": 0,
    "order 8": ORDER_8,
    "order 8, the other one": P - ORDER_8,
    "order 8, other sign": ORDER_8 | 1 << 255,
    "the neutral point written otherwise": P + 1,
    "all ones": 2**256 - 1,
    "no point": 2,
    "x = 0 with a sign": 1 | 1 << 255,
}


@pytest.mark.django_db
@pytest.mark.parametrize("number", NONSENSE.values(), ids=NONSENSE)
def test_bytes_that_are_no_key_to_be_trusted_are_refused(kiosk, number):
    code = new_code(kiosk)
    answer = MachineInHand().enrol(code, public_key=number.to_bytes(32, "little"))

    assert told(answer) in {(401, "signature_wrong"), (422, "public_key")}
    with pytest.raises(DomainError) as refusal:
        check_public_key(number.to_bytes(32, "little"))
    assert refusal.value.code == "public_key"
    assert MachineInHand().enrol(code).status_code == 201


@pytest.mark.django_db
def test_a_key_outside_the_group_that_keys_are_made_in_is_refused():
    from foundation.signatures import keys

    torsion = keys._decode(ORDER_8.to_bytes(32, "little"))
    good = keys._decode(MachineInHand().public_key)
    x, y, z, _t = keys._plus(good, torsion)
    inverse = pow(z, -1, P)
    mixed = (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")

    with pytest.raises(DomainError):
        check_public_key(mixed)


def test_every_key_that_the_library_makes_is_taken():
    for _ in range(20):
        key = MachineInHand().public_key
        assert check_public_key(key) == key


def test_the_point_of_small_order_would_let_anybody_sign_without_the_check():
    """Why the check is there: under the neutral point one signature fits every message."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    neutral = (1).to_bytes(32, "little")
    forged = neutral + bytes(32)
    for message in (b"one", b"another"):
        Ed25519PublicKey.from_public_bytes(neutral).verify(forged, message)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "invalid_input"),
        (b"{", 400, "malformed"),
        (b"[]", 400, "malformed"),
        ({}, 400, "invalid_input"),
        ({"code": "x", "public_key": "AAAA"}, 400, "invalid_input"),
        ({"code": 7, "public_key": "A" * 43 + "="}, 400, "invalid_input"),
        ({"code": "x" * 65, "public_key": "A" * 43 + "="}, 400, "invalid_input"),
        ({"code": "x", "public_key": "A" * 43 + "=", "more": 1}, 400, "invalid_input"),
        ({"code": "x", "public_key": "_" * 43 + "="}, 400, "invalid_input"),
        ({"code": "x", "public_key": "\u202e" + "A" * 42 + "="}, 400, "invalid_input"),
        ({"code": "x" * 70_000, "public_key": "x"}, 413, "too_large"),
        ({"code": "x" * 2_000_000, "public_key": "x"}, 413, "too_large"),
        (b"\xff" * 1000, 400, "malformed"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_so(kiosk, content, status, code):
    assert told(MachineInHand().post(ENROL["kiosk"], content)) == (status, code)
    assert not refusals()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_only_posts_enrol(method):
    for path in ENROL.values():
        assert told(MachineInHand().post(path, b"", method=method)) == (405, "method_not_allowed")


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_many_wrong_codes_lock_the_line_they_come_from(kiosk):
    answers = [told(MachineInHand().enrol(make_code().printed)) for _ in range(ENROLMENT_SOURCE.allowed + 3)]

    assert answers.count(REFUSED) == ENROLMENT_SOURCE.allowed
    assert set(answers[ENROLMENT_SOURCE.allowed :]) == {(429, "too_many_requests")}
    assert len(refusals()) == ENROLMENT_SOURCE.allowed, "what the limit stops fills no log"


@pytest.mark.django_db
def test_forged_forwarding_headers_do_not_lift_the_limit(kiosk):
    def attempt(number):
        forged = {
            "X-Forwarded-For": f"198.51.{number}.7, 203.0.{number}.9",
            "Forwarded": f"for=198.51.{number}.7",
            "X-Real-IP": f"9.9.{number}.9",
        }
        return told(MachineInHand().enrol(make_code().printed, headers=forged))

    answers = [attempt(number) for number in range(ENROLMENT_SOURCE.allowed + 5)]

    assert answers.count(REFUSED) == ENROLMENT_SOURCE.allowed


@pytest.mark.django_db
def test_wrong_endings_of_one_code_lock_it_from_wherever_they_come(kiosk):
    start = make_code().text[:6]

    def attempt(number):
        text = start + crockford.random_text(length=RANDOM_LENGTH - 6)
        client = Client(REMOTE_ADDR=f"198.{number}.0.1")
        return told(MachineInHand().enrol(text + crockford.check_character(text), client=client))

    answers = [attempt(number) for number in range(ENROLMENT_CODE.allowed + 3)]

    assert answers.count(REFUSED) == ENROLMENT_CODE.allowed
    assert answers[-1] == (429, "too_many_requests")


@pytest.mark.django_db
def test_a_room_full_of_new_terminals_enrols_in_one_go(station):
    for number in range(ENROLMENT_SOURCE.allowed + 5):
        enrolled(enter_kiosk(station, code=f"ZDJ-{number:04}"))


# --- at the same moment -----------------------------------------------------------------------------------------------


def race(code, count=50):
    """Let so many machines bring their keys with one code at once, each over a line of its own; return how many were taken."""

    def bring(number):
        return MachineInHand().enrol(code, client=Client(REMOTE_ADDR=f"10.{number}.0.1")).status_code

    return in_parallel(bring, count).count(201)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_machines_with_one_code_one_enrols(kiosk):
    code = new_code(kiosk)

    assert race(code) == 1
    assert MachineEvent.objects.filter(kind="enrolled").count() == 1
    assert EnrolmentCode.objects.get().used_at


@pytest.mark.django_db(transaction=True)
def test_the_race_finds_a_code_that_is_looked_at_before_it_is_used(kiosk, monkeypatch):
    """The same race against what must not be: no limit, no lock, and a look at the code that is not part of using it."""
    code = new_code(kiosk)

    monkeypatch.setattr(enrolling, "take", lambda *args, **options: None)
    monkeypatch.setattr(enrolling, "give_back", lambda permits: None)
    monkeypatch.setattr(enrolling, "_why_not", lambda *args, **options: None)
    monkeypatch.setattr(EnrolmentCode.objects.__class__, "good", lambda self, now: self.filter(expires_at__gt=now), raising=False)

    assert race(code, 8) > 1
