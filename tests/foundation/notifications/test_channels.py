"""The clients of the providers against the providers of the demo, over the wire, however they misbehave."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache

from foundation.notifications.channels import channel_called
from foundation.notifications.channels.base import Message, Refused, Unavailable
from foundation.notifications.channels.signing import Key, NotSigned, signed_headers, verify
from foundation.web import outbound

pytestmark = pytest.mark.django_db

ADDRESSES = {"sms": "13800000001", "email": "resident@example.gov", "wechat": "o-wx-jia"}
NEWS = Message(subject="You have a message", text="Please sign in", language="en", event="test")
NIGHT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(params=ADDRESSES)
def name(request):
    return request.param


@pytest.fixture(autouse=True)
def no_kept_token():
    cache.clear()


@pytest.fixture
def in_a_hurry(monkeypatch):
    """Nobody waits five seconds in tests."""
    from foundation.notifications.channels import email

    monkeypatch.setattr(outbound.call, "__kwdefaults__", {**outbound.call.__kwdefaults__, "seconds": 0.7})
    monkeypatch.setattr(email, "SECONDS", 0.7)


def hand_over(name, *, message=NEWS, reference=None, address=None):
    return channel_called(name).hand_over(address=address or ADDRESSES[name], message=message, reference=reference or str(uuid4()))


def test_a_message_is_taken_and_its_reference_sends_it_once(outside, name):
    reference = str(uuid4())

    first, second = hand_over(name, reference=reference), hand_over(name, reference=reference)

    assert first and first == second
    assert [each["reference"] for each in outside.received(channel=name)] == [reference]


def test_what_is_refused_for_good_is_not_tried_again(outside, name):
    outside.tell(name, "refuse")

    with pytest.raises(Refused):
        hand_over(name)


def test_a_provider_in_trouble_is_asked_again_later(outside, name):
    outside.tell(name, "fail")

    with pytest.raises(Unavailable) as error:
        hand_over(name)
    assert not error.value.is_unknown


@pytest.mark.parametrize("mode", ["hang", "slow"])
def test_a_provider_that_does_not_answer_is_left_in_time_and_may_have_taken_it(outside, name, mode, in_a_hurry):
    outside.tell(name, mode, seconds=20)
    began = time.monotonic()

    with pytest.raises(Unavailable) as error:
        hand_over(name)

    assert error.value.is_unknown
    assert time.monotonic() - began < 5


def test_an_answer_that_is_cut_off_is_asked_for_again_and_sent_once(outside, name):
    reference = str(uuid4())
    outside.tell(name, "reset", times=1)
    with pytest.raises(Unavailable) as error:
        hand_over(name, reference=reference)
    assert error.value.is_unknown

    hand_over(name, reference=reference)

    assert [each["kind"] for each in outside.lines() if each["reference"] == reference] == ["accepted", "again"]


def test_a_provider_that_is_gone_took_nothing(name, settings, outside):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = probe.getsockname()[1]
    settings.SMS_GATEWAY = settings.WECHAT_API = f"http://127.0.0.1:{gone}"
    settings.EMAIL_PORT = gone

    with pytest.raises(Unavailable) as error:
        hand_over(name)
    assert not error.value.is_unknown


def test_a_token_that_ended_is_fetched_anew_once(outside):
    hand_over("wechat")
    outside.tell("wechat", "expire", times=1)

    assert hand_over("wechat")
    assert len(outside.received(channel="wechat")) == 2


def test_the_token_is_kept_between_messages(outside, monkeypatch):
    asked = []
    from foundation.notifications.channels import wechat

    real = wechat._ask
    monkeypatch.setattr(wechat, "_ask", lambda path, body: asked.append(path.partition("?")[0]) or real(path, body))
    hand_over("wechat")
    hand_over("wechat")

    assert asked.count("/cgi-bin/stable_token") == 1


def test_without_a_cache_messages_go_on(outside, monkeypatch):
    def broken(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(cache, "get", broken)
    monkeypatch.setattr(cache, "set", broken)

    assert hand_over("wechat")


def test_a_mail_says_what_it_is_and_how_to_stop_it(outside):
    hand_over("email", message=Message(**{**NEWS.__dict__, "unsubscribe": "https://hall.example.gov/unsubscribe/T/"}), reference="r-1")
    hand_over("email", reference="r-2")

    first, second = (each["headers"] for each in outside.received(channel="email"))
    assert first["Message-ID"].startswith("<r-1@")
    assert first["Auto-Submitted"] == "auto-generated"
    assert (first["List-Unsubscribe"], first["List-Unsubscribe-Post"]) == (
        "<https://hall.example.gov/unsubscribe/T/>",
        "List-Unsubscribe=One-Click",
    )
    assert "List-Unsubscribe" not in second


@pytest.mark.parametrize("number", ["02122220001", "+85291234567", "110", "", "1380000000\r\nX: y"])
def test_a_number_that_is_no_mobile_is_refused_before_anybody_is_asked(number, settings):
    settings.SMS_GATEWAY = "http://127.0.0.1:9"

    with pytest.raises(Refused):
        channel_called("sms").hand_over(address=number, message=NEWS, reference="r")


def test_wrong_keys_are_for_an_operator_to_mend(outside, settings):
    settings.SMS_KEY = "demo-sms:wrong"

    with pytest.raises(Unavailable) as error:
        hand_over("sms")
    assert error.value.needs_operator


def test_the_worked_example_of_the_document():
    body = (
        '{"to": "+8613800138000", "sign": "阳光警务", "text": "您有一条新消息，请登录警务大厅查看。", '
        '"reference": "0b9f1c9e-8a53-4a5e-9d3f-6f3f2a8f6a10"}'
    ).encode()
    headers = signed_headers(
        method="POST",
        url="http://127.0.0.1:8001/sms/v1/messages",
        body=body,
        key=Key(key_id="demo-sms", secret="demo-sms-secret"),
        nonce="6a1f0c55e2d94b7b",
        now=datetime.fromtimestamp(1795406400, tz=UTC),
    )

    assert headers["X-Content-SHA256"] == "a982aff8ac4ba695bc433a7b464e3a8d92a66cc0fee570e053bb9b66e1b5a107"
    assert headers["Authorization"].endswith("Signature=0c4975887a09b9de84d4c443a594a5df2266d8a84dc214f7952809c34bb1cf28")


KEY = Key(key_id="theirs", secret="s3cret")


def signed(*, body=b'{"reports": []}', now=NIGHT, key=KEY, nonce="nonce-0001"):
    return signed_headers(method="POST", url="https://hall.example.gov/providers/sms/reports/", body=body, key=key, nonce=nonce, now=now)


def is_let_in(headers, *, body=b'{"reports": []}', path="/providers/sms/reports/", method="POST", query="", now=NIGHT, key=KEY):
    try:
        verify(method=method, path=path, query=query, headers={n.lower(): v for n, v in headers.items()}, body=body, key=key, now=now)
    except NotSigned:
        return False
    return True


def test_each_part_that_is_changed_spoils_the_signature():
    good = signed()
    assert is_let_in(good)
    assert not is_let_in(good, body=b'{"reports": [1]}')
    assert not is_let_in(good, path="/providers/sms/other/")
    assert not is_let_in(good, method="PUT")
    assert not is_let_in(good, query="a=b")
    assert not is_let_in(good, key=Key(key_id="theirs", secret="other"))
    assert not is_let_in(good, key=Key(key_id="theirs", secret=""))
    assert not is_let_in(good, key=Key(key_id="another", secret="s3cret"))
    for header in good:
        assert not is_let_in({**good, header: good[header] + "0"}), header
        assert not is_let_in({name: value for name, value in good.items() if name != header}), header
    assert not is_let_in({**good, "Authorization": good["Authorization"].replace("host;", "")})


@pytest.mark.parametrize(("off", "allowed"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)])
def test_a_signature_is_good_for_five_minutes_either_way(off, allowed):
    assert is_let_in(signed(now=NIGHT + timedelta(seconds=off))) == allowed


def test_a_client_that_is_left_behind_ends_no_other(outside, in_a_hurry):
    """The cut of one call does not touch the next one's socket."""
    outside.tell("sms", "slow", seconds=0.4)
    failed = []

    def one():
        try:
            hand_over("sms")
        except Unavailable as error:
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failed
