"""The way in for feeds: whom it believes, what it can be sent, and what it answers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.domain.exchange import Message
from cases.models import Case, ExchangeMessage
from cases.rest.exchange_messages import MessageReader, read_plain
from foundation.accounts.actors import command_actor
from foundation.audit.models import AuditEntry
from foundation.clock import now as present
from foundation.devices.operations.change_state import suspend_feed
from foundation.signatures.client import sign_request
from tests.cases.exchange import AT, KEY, PATH, make_feed, message, news, post, registration, step

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture
def feed(bureau, station, theft):
    return make_feed(bureau)


def told(response):
    """Return the code of a problem document."""
    assert response["Content-Type"] == "application/problem+json", response.content
    assert response.json()["trace_id"]
    return response.status_code, response.json()["code"]


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_message_has_an_answer_in_the_order_of_the_batch(feed):
    first, wrong, ahead = registration("A1", reported_at=AT), step("A1", 2, "closed"), news("A1", 9)
    response = post(feed, {"messages": [first, wrong, ahead]})

    case = Case.objects.get()
    assert response.status_code == 200
    blank = {"code": None, "field": None, "is_repeated": False, "case": case.reference, "sequence": None, "waiting_for": None, "errors": []}
    assert response.json() == {
        "results": [
            blank | {"message_id": first["message_id"], "state": "applied", "sequence": 1},
            blank | {"message_id": wrong["message_id"], "state": "refused", "code": "transition_not_possible"},
            blank | {"message_id": ahead["message_id"], "state": "waiting", "waiting_for": 3},
        ]
    }


@pytest.mark.django_db
def test_a_batch_sent_again_gets_the_same_answers_and_says_so(feed):
    batch = {"messages": [registration("A1"), step("A1", 2, "filed")]}
    first, second = post(feed, batch).json()["results"], post(feed, batch).json()["results"]

    assert [answer | {"is_repeated": True} for answer in first] == second
    assert Case.objects.get().progress_length == 2


# --- whom it believes -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_unsigned_request_is_refused(feed):
    response = Client().post(PATH, {"messages": [registration("A1")]}, content_type="application/json")

    assert told(response) == (401, "signature_missing")
    assert response["WWW-Authenticate"] == 'Signature realm="hall"'
    assert not Case.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"created": int(present().timestamp()) - 301}, "signature_stale"),
        ({"created": int(present().timestamp()) + 3600}, "signature_stale"),
        ({"key": STRANGER}, "signature_wrong"),
        ({"keyid": "nobody"}, "key_unknown"),
        ({"nonce": "short"}, "signature_missing"),
    ],
)
def test_a_signature_that_is_stale_foreign_or_weak_is_refused(feed, how, code):
    assert told(post(feed, {"messages": [registration("A1")]}, **how)) == (401, code)
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_a_feed_cannot_speak_with_the_name_of_another(feed, foreign_station):
    make_feed(foreign_station.parent.parent, code="other-system", key=STRANGER)

    assert told(post(feed, {"messages": [registration("A1")]}, key=STRANGER)) == (401, "signature_wrong")


@pytest.fixture
def signed(feed):
    def signed(body, *, path=PATH, method="POST", nonce=None):
        return sign_request(method=method, url=f"http://testserver{path}", body=body, key=KEY, keyid=feed.key_id, nonce=nonce)

    return signed


@pytest.mark.django_db
def test_an_altered_body_method_or_query_is_refused(signed):
    body = json.dumps({"messages": [registration("A1")]}).encode()
    client = Client()

    def send(data=body, path=PATH, headers=None, method="POST"):
        return client.generic(method, path, data, content_type="application/json", headers=headers or signed(body))

    assert told(send(data=body.replace(b"A1", b"A2"))) == (401, "digest_mismatch")
    assert told(send(path=f"{PATH}?again=1")) == (401, "signature_missing")
    assert told(send(headers=signed(body, method="PUT"))) == (401, "signature_wrong")
    assert told(send(headers=signed(body, path="/api/v1/other/"))) == (401, "signature_wrong")
    assert told(send(headers=signed(body) | {"Content-Digest": "sha-256=:AAAA:"})) == (401, "signature_wrong")
    assert send().status_code == 200


@pytest.mark.django_db
def test_a_captured_request_is_taken_once(signed):
    body = json.dumps({"messages": [registration("A1")]}).encode()
    headers = signed(body)
    first, *replays = (Client().post(PATH, body, content_type="application/json", headers=headers) for _ in range(4))

    assert first.status_code == 200
    assert {told(replay) for replay in replays} == {(401, "signature_replayed")}


@pytest.mark.django_db
def test_a_suspended_feed_is_refused_and_the_try_is_kept(feed, now):
    suspend_feed(actor=command_actor("test"), code=feed.code, now=now)

    assert told(post(feed, {"messages": [registration("A1")]})) == (403, "feed_suspended")
    assert AuditEntry.objects.get(action="denied").actor_reference == feed.code


@pytest.mark.django_db
def test_no_session_opens_the_way_in(feed, appoint, bureau):
    client = Client()
    client.force_login(appoint("feed-manager", bureau, "feed-manager"))

    assert told(client.post(PATH, {"messages": []}, content_type="application/json")) == (401, "signature_missing")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_only_posts_are_taken(signed, method):
    response = Client().generic(method, PATH, b"", headers=signed(b"", method=method))

    assert told(response) == (405, "method_not_allowed")


# --- a whole batch that cannot be read --------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_input"),
        (b"{", 400, "malformed"),
        (b"\xef\xbb\xbf{}", 400, "malformed"),
        ('{"messages": []}'.encode("utf-16"), 400, "malformed"),
        (b'{"messages": [], "messages": [1]}', 400, "malformed"),
        (b'{"messages": [{"source_sequence": NaN}]}', 400, "malformed"),
        (b'{"messages": [{"source_sequence": 1e999}]}', 400, "malformed"),
        (b'{"messages": [' + b"9" * 5000 + b"]}", 400, "malformed"),
        (b"[" * 10_000 + b"]" * 10_000, 400, "malformed"),
        (b'{"messages": ' + b"[" * 100 + b"]" * 100 + b"}", 400, "malformed"),
        (b'{"messages": ["\\u0000"]}', 400, "malformed"),
        (b'{"messages": ["\\ud800"]}', 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b"{}", 400, "invalid_input"),
        (b'{"messages": []}', 400, "invalid_input"),
        (b'{"messages": {}}', 400, "invalid_input"),
        (b'{"messages": [1], "more": 1}', 400, "invalid_input"),
        (json.dumps({"messages": [1] * 501}).encode(), 422, "too_many_messages"),
        (json.dumps({"messages": ["x" * 1_000_000]}).encode(), 413, "too_large"),
        (json.dumps({"messages": ["x" * 10_000_000]}).encode(), 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_as_a_whole(feed, body, status, code):
    assert told(post(feed, body)) == (status, code)
    assert not ExchangeMessage.objects.exists()


@pytest.mark.django_db
def test_another_content_type_is_refused(feed, signed):
    body = b"messages=1"
    response = Client().post(PATH, body, content_type="application/x-www-form-urlencoded", headers=signed(body))

    assert told(response) == (415, "unsupported_media_type")


# --- one message that cannot be read ----------------------------------------------------------------------------------

GOOD = step("A1", 2, "filed", message_id="m-1")


def without(name):
    return {key: value for key, value in GOOD.items() if key != name}


def changed(**members):
    return GOOD | members


def content(**members):
    return GOOD | {"content": GOOD["content"] | members}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("item", "field", "code", "has_id"),
    [
        (None, None, "invalid", False),
        (5, None, "invalid", False),
        ("text", None, "invalid", False),
        ([], None, "invalid", False),
        ({}, "message_id", "required", False),
        (without("message_id"), "message_id", "required", False),
        (changed(message_id=7), "message_id", "wrong_type", False),
        (changed(message_id=""), "message_id", "blank", False),
        (changed(message_id="x" * 65), "message_id", "max_length", False),
        (changed(message_id="with space"), "message_id", "invalid", False),
        (changed(message_id="m-1\n"), "message_id", "invalid", False),
        (without("case"), "case", "required", True),
        (changed(case="A1"), "case", "invalid", True),
        (changed(case={"source_case_id": "A1", "reference": "C"}), "case.reference", "unknown_field", True),
        (changed(case={"source_case_id": " A1"}), "case.source_case_id", "invalid", True),
        (changed(case={"source_case_id": "x" * 81}), "case.source_case_id", "max_length", True),
        (changed(source_sequence=0), "source_sequence", "min_value", True),
        (changed(source_sequence=2**31), "source_sequence", "max_value", True),
        (changed(source_sequence="1"), "source_sequence", "wrong_type", True),
        (changed(source_sequence=True), "source_sequence", "wrong_type", True),
        (changed(source_sequence=1.5), "source_sequence", "wrong_type", True),
        (changed(action="erase"), "action", "invalid_choice", True),
        (changed(action=["progress"]), "action", "wrong_type", True),
        (changed(colour="red"), "colour", "unknown_field", True),
        (without("content"), "content", "required", True),
        (changed(content=[]), "content", "invalid", True),
        (content(colour="red"), "content.colour", "unknown_field", True),
        (content(at="yesterday"), "content.at", "invalid", True),
        (content(at="2026-03-02T09:00:00"), "content.at", "offset", True),
        (content(at="2026-02-30T09:00:00+08:00"), "content.at", "invalid", True),
        (content(at=1772413200), "content.at", "wrong_type", True),
        (content(status="eaten"), "content.status", "invalid_choice", True),
        (content(status=["filed"]), "content.status", "wrong_type", True),
        (content(status=""), "content.status", "invalid_choice", True),
        (content(text="words"), "content.text", "invalid", True),
        (content(text={"en": "One."}), "content.text.zh", "required", True),
        (content(text={"en": "x" * 501, "zh": "一"}), "content.text.en", "max_length", True),
        (content(text={"en": "\u202eOne.", "zh": "一"}), "content.text.en", "unprintable", True),
        (content(detail="x" * 2001), "content.detail", "max_length", True),
        (content(detail="bell\u0007"), "content.detail", "unprintable", True),
        (content(ground="because"), "content.ground", "invalid_choice", True),
    ],
)
def test_a_message_that_cannot_be_read_names_its_fault_and_the_rest_goes_on(feed, item, field, code, has_id):
    before, broken, after = post(feed, {"messages": [registration("A1"), item, registration("B1")]}).json()["results"]

    assert (before["state"], after["state"]) == ("applied", "applied")
    assert (broken["state"], broken["code"]) == ("refused", "invalid_message")
    assert broken["message_id"] == ("m-1" if has_id else None)
    assert (field, code) in [(error["field"], error["code"]) for error in broken["errors"]]
    assert all(error["message"] for error in broken["errors"])


@pytest.mark.django_db
def test_faults_within_lists_are_named_by_their_place(feed):
    party = {"role": "victim", "name": "甲", "id_number": "11010519491231002X"}
    found = post(
        feed,
        {
            "messages": [
                registration("A1", parties=[party, party]),
                registration("A2", parties=[party, {"role": "friend", "name": ""}]),
                registration("A3", parties=[party] * 21),
            ]
        },
    ).json()["results"]

    assert [(error["field"], error["code"]) for error in found[0]["errors"]] == [("content.parties", "party_twice")]
    assert {error["field"] for error in found[1]["errors"]} == {"content.parties.1.role", "content.parties.1.name"}
    assert [(error["field"], error["code"]) for error in found[2]["errors"]] == [("content.parties", "max_length")]


@pytest.mark.django_db
def test_faults_are_told_in_the_language_asked_for(feed):
    batch = {"messages": [changed(colour="red", message_id="m-2")]}
    chinese, english = (
        post(feed, batch, headers={"Accept-Language": language}).json()["results"][0]["errors"][0]["message"]
        for language in ("zh-Hans", "en")
    )

    assert english == "There is no such field."
    assert chinese != english


# --- the short way reads as the long way ------------------------------------------------------------------------------

SOME_TEXT = st.one_of(st.text(max_size=8), st.sampled_from(["", " x", "x ", "平常的话", "a\u202eb", "x" * 501, "x" * 2001, "\n", "a\nb"]))
SOME_VALUE = st.one_of(SOME_TEXT, st.none(), st.integers(), st.booleans(), st.lists(st.integers(), max_size=2), st.just({"en": "a"}))
MOMENT = st.one_of(
    st.sampled_from([AT, "2026-03-02T01:00:00Z", "2026-03-02T09:00:00.123456+08:00", "2026-03-02 09:00+08:00", "2026-02-30T09:00:00Z"]),
    st.sampled_from(["0001-01-01T00:00:00+08:00", "2026-03-02T09:00:00", "2026-03-02T25:00:00Z", "2026-03-02T09:00:00+24:00"]),
    SOME_VALUE,
)


def chosen(*values):
    return st.one_of(st.sampled_from(values), SOME_VALUE)


PROGRESS = st.fixed_dictionaries(
    {},
    optional={
        "at": MOMENT,
        "status": chosen("filed", "closed", "eaten"),
        "text": st.one_of(st.fixed_dictionaries({"en": SOME_TEXT, "zh": SOME_TEXT}), SOME_VALUE),
        "phrase": SOME_VALUE,
        "detail": SOME_VALUE,
        "ground": chosen("privacy", "minor"),
        "more": SOME_VALUE,
    },
)
REGISTRATION = st.fixed_dictionaries(
    {"kind": chosen("criminal", "alert"), "category": SOME_VALUE, "unit": chosen("310101000001", "31010100000１"), "reported_at": MOMENT},
    optional={
        "status": chosen("registered"),
        "publication": chosen("open", "closed"),
        "ground": chosen("privacy"),
        "parties": chosen([], [{"role": "victim", "name": "甲"}]),
    },
)
ITEMS = st.fixed_dictionaries(
    {
        "message_id": st.one_of(st.just("m-1"), SOME_VALUE),
        "case": st.one_of(st.just({"source_case_id": "A1"}), st.fixed_dictionaries({"source_case_id": SOME_VALUE}), SOME_VALUE),
        "source_sequence": st.one_of(st.just(1), st.just(2**31), SOME_VALUE),
        "action": chosen("progress", "register", "transfer"),
        "content": st.one_of(PROGRESS, REGISTRATION, SOME_VALUE),
    }
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(item=ITEMS)
def test_what_is_read_the_short_way_is_read_alike_by_the_serializers(item):
    plain = read_plain(item)

    if plain is not None:
        thorough = MessageReader().read_thoroughly(item)
        assert isinstance(thorough, Message)
        assert thorough.body == plain


def test_plain_messages_are_read_the_short_way():
    plain = [
        step("A1", 2, "filed"),
        news("A1", 2, detail="细节", ground="privacy"),
        step("A1", 2, phrase="some-phrase"),
        step("A1", 2, "filed", at="2026-03-02T01:00:00.5Z"),
        registration("A1"),
        registration("A1", publication="closed", ground="minor"),
    ]
    assert all(read_plain(item) == MessageReader().read_thoroughly(item).body for item in plain)
    assert read_plain(message("transfer", "A1", 2, unit="310101000001")) is None


# --- what it says of itself -------------------------------------------------------------------------------------------


def test_the_way_in_is_described(client, db):
    document = client.get("/api/v1/schema/?format=json").json()

    operation = document["paths"]["/api/v1/exchange/cases/"]["post"]
    assert operation["security"] == [{"feedSignature": []}]
    assert document["components"]["securitySchemes"]["feedSignature"]["name"] == "Signature"
    schemas = document["components"]["schemas"]
    assert set(schemas["ExchangeMessageRequest"]["discriminator"]["mapping"]) == {
        "register",
        "link",
        "progress",
        "withhold",
        "publication",
        "transfer",
    }
    assert schemas["ProgressMessageRequest"]["additionalProperties"] is False
    assert set(schemas["ExchangeAnswer"]["properties"]) >= {"message_id", "state", "code", "waiting_for", "case", "sequence"}


def test_time_passes_between_signing_and_sending(feed, db):
    late = int((present() - timedelta(seconds=290)).timestamp())

    assert post(feed, {"messages": [registration("A1")]}, created=late).status_code == 200
