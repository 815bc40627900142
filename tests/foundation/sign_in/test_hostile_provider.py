"""Whatever an identity provider sends instead of the truth: nobody is signed in, everybody is told, and it is written down."""

from __future__ import annotations

import time
from threading import BoundedSemaphore

import pytest

from foundation.accounts.models import Person
from foundation.accounts.web import journeys
from foundation.audit.models import AuditEntry
from foundation.identity_providers import asking, discovery, id_tokens
from foundation.limits.rules import IDENTITY_SOURCE
from foundation.web import outbound
from tests.foundation.sign_in.hostile import FOREIGN, Hostile
from tests.foundation.sign_in.travelling import browser, query_of, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def hostile(settings):
    server = Hostile()
    settings.IDENTITY_PROVIDERS = (server.description(),)
    discovery.forget()
    yield server
    server.shutdown()
    server.server_close()
    discovery.forget()


@pytest.fixture
def alarms(monkeypatch):
    """What an operator would see."""
    heard = []
    from foundation.accounts import own_record

    monkeypatch.setattr(own_record.log, "error", lambda event, **facts: heard.append((event, facts["reason"])), raising=False)
    return heard


def come_back(client, hostile, *, code="good-code", **query):
    """Begin a journey, and come back with a code and what else a test says."""
    sent = query_of(start(client, "hostile")["Location"])
    hostile.nonce = sent["nonce"]
    given = {"code": code, "state": sent["state"], **query}
    return client.get("/accounts/identity/hostile/", {name: value for name, value in given.items() if value is not None})


def reasons():
    return [row.changes["refused_as"][1] for row in AuditEntry.objects.filter(action__endswith="_refused")]


def is_nobody(client):
    return "_auth_user_id" not in client.session and not Person.objects.exists()


def test_an_honest_answer_is_taken(hostile):
    client = browser()

    assert come_back(client, hostile)["Location"] == "/my/"
    assert len(hostile.verifier) >= 43


MINUTES = 60
LIES = {
    "another issuer": ({"claims": {"iss": "https://elsewhere.example"}}, "issuer_wrong"),
    "another audience": ({"claims": {"aud": "another-client"}}, "audience_wrong"),
    "an audience of several that does not say for whom": ({"claims": {"aud": ["the-hall", "another"]}}, "audience_wrong"),
    "an audience of several for another": ({"claims": {"aud": ["the-hall", "another"], "azp": "another"}}, "audience_wrong"),
    "no audience": ({"claims": {"aud": None}}, "audience_wrong"),
    "an expired token": ({"claims": {"exp": int(time.time()) - 10 * MINUTES}}, "token_expired"),
    "an old token that is still valid": ({"claims": {"iat": int(time.time()) - 60 * MINUTES}}, "token_expired"),
    "a token of the future": ({"claims": {"iat": int(time.time()) + 60 * MINUTES}}, "token_time_wrong"),
    "a token that begins in the future": ({"claims": {"nbf": int(time.time()) + 60 * MINUTES}}, "token_time_wrong"),
    "no expiry": ({"claims": {"exp": None}}, "token_time_wrong"),
    "an expiry that is no number": ({"claims": {"exp": True}}, "token_time_wrong"),
    "no algorithm": ({"algorithm": "none"}, "algorithm_refused"),
    "the public key as a secret": ({"algorithm": "HS256"}, "algorithm_refused"),
    "another key": ({"key": FOREIGN}, "signature_wrong"),
    "a foreign key id": ({"header": {"kid": "foreign"}, "key": FOREIGN}, "key_unknown"),
    "a wrong nonce": ({"claims": {"nonce": "another"}}, "nonce_wrong"),
    "no nonce": ({"claims": {"nonce": None}}, "nonce_wrong"),
    "a nonce that is no text": ({"claims": {"nonce": ["x"]}}, "nonce_wrong"),
    "no subject": ({"claims": {"sub": ""}}, "subject_wrong"),
    "a token that is none": ({"token": "not.a.token"}, "provider_nonsense"),
    "no ID number": ({"claims": {"id_number": None}}, "id_number_missing"),
    "an ID number with a slip": ({"claims": {"id_number": "310105190001010040"}}, "id_number_invalid"),
    "an ID number that is no text": ({"claims": {"id_number": 310105190001010041}}, "id_number_missing"),
    "no name": ({"claims": {"name": None}}, "name_missing"),
    "userinfo of somebody else": (
        {"claims": {"id_number": None}, "userinfo": {"sub": "other", "id_number": "310105190001010041"}},
        "subject_wrong",
    ),
    "a token endpoint that fails": ({"answer": {"/token": (500, b"{}")}}, "provider_down"),
    "a token endpoint that refuses the hall": ({"answer": {"/token": (401, b'{"error": "invalid_client"}')}}, "provider_refused"),
    "tokens that are no JSON": ({"answer": {"/token": (200, b"<html>")}}, "provider_nonsense"),
    "tokens that are a list": ({"answer": {"/token": (200, b"[]")}}, "provider_nonsense"),
    "an answer without end": ({"answer": {"/token": (200, b" " * 400_000)}}, "provider_nonsense"),
    "keys that are no keys": (
        {"answer": {"/keys": (200, b'{"keys": [{"kty": "RSA", "kid": "one"}, 7, {"kty": "oct", "k": "AA"}]}')}},
        "key_unknown",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_signs_nobody_in_and_an_operator_hears_of_it(hostile, alarms, lie):
    told, reason = LIES[lie]
    for name, value in told.items():
        setattr(hostile, name, value)
    client = browser()

    answer = come_back(client, hostile)

    assert answer.status_code in {409, 502, 503}
    assert "You are not signed in" in answer.content.decode()
    assert is_nobody(client)
    assert reasons() == [reason]
    assert alarms == [("alarm.identity_refused", reason)]


DOORS = {
    "another issuer": ({"issuer": "https://elsewhere.example"}, "issuer_wrong"),
    "a door in another house": ({"token_endpoint": "http://127.0.0.1:1/token"}, "provider_nonsense"),
    "a door that is no address": ({"authorization_endpoint": 7}, "provider_nonsense"),
    "no keys": ({"jwks_uri": ""}, "provider_nonsense"),
}


@pytest.mark.parametrize("lie", DOORS)
def test_a_provider_that_describes_itself_wrongly_is_not_travelled_to(hostile, lie):
    hostile.metadata, reason = DOORS[lie]

    answer = start(browser(), "hostile")

    assert answer.status_code == 502
    assert reasons() == [reason]


def test_a_provider_that_is_down_is_said_to_be_in_both_languages(hostile, alarms):
    hostile.shutdown()
    hostile.server_close()

    english, chinese = (start(browser(language), "hostile") for language in ("en", "zh-hans"))

    assert (english.status_code, chinese.status_code) == (503, 503)
    assert "does not work properly at the moment" in english.content.decode()
    assert "暂时" in chinese.content.decode()
    assert alarms == [("alarm.identity_refused", "provider_down")] * 2


def test_a_provider_that_trickles_is_given_up_in_time(hostile, monkeypatch):
    monkeypatch.setattr(outbound, "SECONDS", 0.5)
    monkeypatch.setattr(outbound.call, "__kwdefaults__", {**outbound.call.__kwdefaults__, "seconds": 0.5})
    hostile.seconds = 20.0
    began = time.monotonic()

    answer = start(browser(), "hostile")

    assert answer.status_code == 503
    assert time.monotonic() - began < 5


def test_five_seconds_are_the_longest_that_anybody_waits():
    assert outbound.SECONDS <= 5


def test_a_redirect_is_not_followed(hostile):
    hostile.answer["/.well-known/openid-configuration"] = (302, f"{hostile.origin}/keys".encode())

    assert start(browser(), "hostile").status_code == 502


def test_a_state_is_good_once(hostile):
    client = browser()
    sent = query_of(start(client, "hostile")["Location"])
    hostile.nonce = sent["nonce"]
    query = {"code": "good-code", "state": sent["state"]}
    client.get("/accounts/identity/hostile/", query)
    client.logout()

    again = client.get("/accounts/identity/hostile/", query)

    assert again.status_code == 409
    assert reasons() == ["state_unknown"]


def test_a_state_of_another_session_is_worth_nothing(hostile):
    theirs = query_of(start(browser(), "hostile")["Location"])
    hostile.nonce = theirs["nonce"]
    victim = browser()

    answer = victim.get("/accounts/identity/hostile/", {"code": "good-code", "state": theirs["state"]})

    assert answer.status_code == 409
    assert is_nobody(victim)


def test_a_state_of_another_provider_is_worth_nothing(hostile, settings):
    settings.IDENTITY_PROVIDERS = (hostile.description(), hostile.description(code="other"))
    client = browser()
    sent = query_of(start(client, "hostile")["Location"])

    assert client.get("/accounts/identity/other/", {"code": "good-code", "state": sent["state"]}).status_code == 409


def test_a_state_is_good_for_ten_minutes(hostile, monkeypatch):
    client = browser()
    sent = query_of(start(client, "hostile")["Location"])
    monkeypatch.setattr(journeys, "LONGEST_SECONDS", -1)

    assert client.get("/accounts/identity/hostile/", {"code": "good-code", "state": sent["state"]}).status_code == 409


def test_a_code_is_good_once(hostile):
    come_back(browser(), hostile)

    answer = come_back(browser(), hostile)

    assert answer.status_code == 409
    assert reasons() == ["code_refused"]


def test_an_answer_in_another_issuers_name_is_not_taken(hostile):
    assert come_back(browser(), hostile, iss="https://elsewhere.example").status_code == 502
    assert reasons() == ["issuer_wrong"]


def test_whoever_cancels_is_told_so_and_no_operator_is_woken(hostile, alarms):
    answer = come_back(browser(), hostile, code=None, error="access_denied")

    assert (answer.status_code, reasons(), alarms) == (409, ["cancelled"], [])


def test_a_provider_that_nobody_chose_is_not_there(hostile):
    assert start(browser(), "nobody").status_code == 404
    assert browser().get("/accounts/identity/nobody/").status_code == 404


def test_claims_that_the_token_lacks_are_asked_for(hostile):
    hostile.claims = {"id_number": None, "name": None}
    hostile.userinfo = {"id_number": "310105190001010041", "name": "演示新居民"}

    assert come_back(browser(), hostile)["Location"] == "/my/"


def test_a_level_that_the_city_does_not_know_is_the_lowest(hostile):
    hostile.claims = {"acr": "something-new"}

    assert come_back(browser(), hostile).status_code == 409
    assert reasons() == ["assurance_too_low"]


def test_a_phone_that_the_provider_has_not_verified_is_not_taken(hostile):
    hostile.claims = {"phone_number": "+86 13800000003", "phone_number_verified": False}
    come_back(browser(), hostile)

    assert Person.objects.get().phone == ""


def test_a_new_key_of_the_provider_is_found_without_a_restart(hostile, monkeypatch):
    monkeypatch.setattr(discovery, "AGAIN_AFTER", 0.0)
    honest = hostile.keys
    hostile.keys = lambda: {"keys": []}
    assert come_back(browser(), hostile).status_code == 502
    hostile.keys = honest
    hostile.codes.add("good-code")

    assert come_back(browser(), hostile)["Location"] == "/my/"


def test_too_many_journeys_from_one_line_are_refused(hostile):
    answers = [start(browser(), "hostile").status_code for _ in range(IDENTITY_SOURCE.allowed + 1)]

    assert (answers[0], answers[-2], answers[-1]) == (302, 302, 429)


def test_a_hall_that_forgot_to_compare_the_nonce_would_be_found_out(hostile, monkeypatch):
    """The broken variant: with the comparison gone, the lie about the nonce gets in, so the test above can fail."""
    monkeypatch.setattr(id_tokens.hmac, "compare_digest", lambda *_: True)
    hostile.claims = {"nonce": "another"}

    assert come_back(browser(), hostile)["Location"] == "/my/"


def test_a_hall_that_forgot_to_check_the_signature_would_be_found_out(hostile, monkeypatch):
    decode = id_tokens.jwt.decode
    monkeypatch.setattr(id_tokens.jwt, "decode", lambda token, *_, **__: decode(token, options={"verify_signature": False}))
    hostile.key = FOREIGN

    assert come_back(browser(), hostile)["Location"] == "/my/"


def test_only_the_city_s_own_providers_are_called(hostile):
    with pytest.raises(outbound.OutboundFailed, match="not_on_the_list"):
        outbound.call("GET", f"{hostile.origin}/keys", origins={"https://id.example.gov"})
    with pytest.raises(outbound.OutboundFailed, match="not_on_the_list"):
        outbound.call("GET", f"http://user@127.0.0.1:{hostile.server_port}/keys", origins={hostile.origin})


def test_a_provider_that_hangs_leaves_half_of_the_site_s_threads_free(hostile, monkeypatch):
    monkeypatch.setattr(asking, "_slots", BoundedSemaphore(asking.AT_ONCE))
    for _ in range(asking.AT_ONCE):
        asking._slots.acquire()

    answer = start(browser(), "hostile")

    assert answer.status_code == 503
    assert reasons() == ["provider_busy"]
