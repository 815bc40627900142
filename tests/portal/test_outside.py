"""The providers around the demo and the tests: what docs/providers.md says of them is so."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import smtplib
import threading
import time
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import uuid4

import pytest

from portal.demo.outside import signing
from portal.supervisor import outside as demo
from tests.plugins.outside import started

GUIDE = Path(__file__).parents[2] / "docs" / "providers.md"
NUMBER = "+8613800138000"


def _post(outside, path, body, headers=None, seconds=20):
    url = f"{outside.origin}{path}"
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection = http.client.HTTPConnection("127.0.0.1", outside.port, timeout=seconds)
    try:
        told = headers or signing.signed(url, raw, key=demo.SMS_KEY[0], secret=demo.SMS_KEY[1])
        connection.request("POST", path, body=raw, headers=told)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def _text(**changes):
    return {"to": NUMBER, "sign": "阳光警务", "text": "您有一条新消息。", "reference": str(uuid4())} | changes


def _send(outside, **changes):
    return _post(outside, "/sms/v1/messages", _text(**changes))


def test_the_worked_example_of_the_guide_is_right():
    guide = GUIDE.read_text()
    canonical = re.search(r"```\n(POST\n/sms/v1/messages\n.*?)\n```", guide, re.DOTALL)[1]
    body = re.search(r'^\{"to".*\}$', guide, re.MULTILINE)[0].encode()
    signature = re.search(r"`Signature` = `([0-9a-f]{64})`", guide)[1]
    headers = dict(line.split(":", 1) for line in canonical.split("\n") if ":" in line)
    names = sorted(headers)
    asked = signing.Asked(method="POST", path="/sms/v1/messages", query="", headers=headers, body=body)

    assert hashlib.sha256(canonical.encode()).hexdigest() in guide
    assert headers["x-content-sha256"] == hashlib.sha256(body).hexdigest()
    assert signing._signature(asked, names, "demo-sms-secret") == signature


def test_a_text_is_taken_and_shown(outside):
    status, answer = _send(outside, text="第一条")

    assert (status, answer["code"]) == (200, "OK")
    assert [each["text"] for each in outside.received(channel="sms", to=NUMBER)] == ["第一条"]


def test_the_same_reference_gets_the_same_answer_and_nothing_goes_out_twice(outside):
    reference = str(uuid4())

    first, second = (_send(outside, reference=reference) for _time in range(2))

    assert first == second
    assert len(outside.received(to=NUMBER)) == 1
    assert [line["kind"] for line in outside.lines() if line["reference"] == reference] == ["accepted", "again"]


def test_a_reference_of_another_text_is_refused(outside):
    reference = str(uuid4())
    _send(outside, reference=reference)

    assert _send(outside, reference=reference, text="别的")[0] == 409


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "12345"}, "number.invalid"),
        ({"to": "+8602112345678"}, "number.invalid"),
        ({"text": "长" * 65}, "text.too_long"),
        ({"sign": "Police Hall", "text": "a" * 148}, "text.too_long"),
        ({"sign": "别人"}, "sign.unknown"),
        ({"reference": "../x"}, "parameter.invalid"),
        ({"text": " "}, "parameter.invalid"),
        ({"more": "1"}, "parameter.invalid"),
    ],
)
def test_what_no_operator_takes_is_refused(outside, changes, code):
    status, answer = _send(outside, **changes)

    assert (status, answer["code"]) == (400, code)


def test_one_segment_is_taken_to_its_last_character(outside):
    assert _send(outside, text="长" * 64)[0] == 200
    assert _send(outside, sign="Police Hall", text="a" * 147)[0] == 200


def _headers(outside, body, **changes):
    return signing.signed(f"{outside.origin}/sms/v1/messages", body, key=demo.SMS_KEY[0], secret=demo.SMS_KEY[1]) | changes


def test_a_signature_counts_once(outside):
    body = json.dumps(_text()).encode()
    headers = _headers(outside, body)

    assert _post(outside, "/sms/v1/messages", body, headers)[0] == 200
    assert _post(outside, "/sms/v1/messages", body, headers)[1]["code"] == "signature.nonce_used"


@pytest.mark.parametrize("header", ["x-timestamp", "x-nonce", "x-content-sha256", "content-type"])
def test_whatever_was_changed_after_signing_is_refused(outside, header):
    body = json.dumps(_text()).encode()
    headers = _headers(outside, body)

    assert (
        _post(outside, "/sms/v1/messages", body, headers | {header: headers[header][:-1] + ("1" if headers[header][-1] == "0" else "0")})[0]
        == 401
    )
    assert _post(outside, "/sms/v1/messages", body.replace(b"138", b"139"), _headers(outside, body))[1]["code"] == "signature.invalid"


def test_an_old_signature_is_refused(outside, monkeypatch):
    real = time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() - 301)
    body = json.dumps(_text()).encode()
    headers = _headers(outside, body)
    monkeypatch.undo()

    assert _post(outside, "/sms/v1/messages", body, headers)[1]["code"] == "signature.expired"


def test_a_provider_that_is_told_to_fails_and_is_well_again(outside):
    outside.tell("sms", "fail", times=1)
    outside.tell("wechat", "refuse")

    assert [_send(outside)[0] for _time in range(2)] == [500, 200]
    assert outside.control("")["wechat"]["mode"] == "refuse"


def test_a_provider_that_cuts_the_connection_has_taken_the_message(outside):
    outside.tell("sms", "reset", times=1)
    reference = str(uuid4())

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        _send(outside, reference=reference)
    assert _send(outside, reference=reference)[0] == 200
    assert [line["kind"] for line in outside.lines() if line["reference"] == reference] == ["accepted", "again"]


def test_a_provider_that_hangs_takes_nothing(outside):
    outside.tell("sms", "hang", times=1)
    reference = str(uuid4())

    with pytest.raises(TimeoutError):
        _post(outside, "/sms/v1/messages", _text(reference=reference), seconds=1)
    assert [line for line in outside.lines() if line["reference"] == reference] == []


def test_what_is_dropped_reaches_nobody(outside):
    outside.tell("sms", "drop", times=1)

    assert _send(outside)[0] == 200
    assert outside.received(to=NUMBER) == []


def test_an_unknown_mode_is_refused(outside):
    for told in (
        {"channel": "sms", "mode": "expire"},
        {"channel": "fax", "mode": "well"},
        {"channel": "sms", "mode": "well", "times": 0},
        [],
    ):
        assert _post(outside, "/control/", told, {"Content-Type": "application/json"})[0] == 400


@pytest.fixture
def hall(outside):
    """Somebody who takes reports, and refuses the first."""
    taken = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked = signing.Asked(
                method="POST", path=self.path, query="", headers={name.lower(): value for name, value in self.headers.items()}, body=body
            )
            taken.append((asked, json.loads(body)["reports"][0]))
            self.send_response(503 if len(taken) == 1 else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    outside.control("hall", {"url": f"http://127.0.0.1:{server.server_port}"})
    yield taken
    outside.control("hall", {"url": ""})
    server.shutdown()
    server.server_close()


def _wait_for(taken, count):
    deadline = time.monotonic() + 10
    while len(taken) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return [report["status"] for _asked, report in taken]


def _holds(asked):
    try:
        signing.check(asked, keys=dict([demo.SMS_REPORTS_KEY]), nonces=signing.Nonces(), now=time.time())
    except signing.Refused:
        return False
    return True


def test_reports_are_signed_and_come_again_until_they_are_taken(outside, hall):
    _send(outside)

    assert sorted(_wait_for(hall, 3)) == ["delivered", "sent", "sent"]
    assert all(_holds(asked) for asked, _report in hall)
    assert len({report["event_id"] for _asked, report in hall}) == 2


@pytest.mark.parametrize(
    ("mode", "statuses"),
    [
        ("lie", ["failed", "failed"]),
        ("disorder", ["delivered", "sent", "delivered"]),
        ("twice", ["sent", "sent", "delivered", "delivered", "sent"]),
    ],
)
def test_a_provider_can_lie_repeat_itself_and_tell_the_end_first(outside, hall, mode, statuses):
    outside.tell("sms", mode, times=1)
    _send(outside)

    assert _wait_for(hall, len(statuses)) == statuses


def test_a_forged_report_has_no_signature_that_holds(outside, hall):
    outside.tell("sms", "forge", times=1)
    _send(outside)
    _wait_for(hall, 2)

    assert hall and not any(_holds(asked) for asked, _report in hall)


def _wechat(outside, path, body):
    return _post(outside, f"/wechat/cgi-bin/{path}", body, {"Content-Type": "application/json"})[1]


def _token(outside, **more):
    app_id, secret = demo.WECHAT_APP
    return _wechat(outside, "stable_token", {"grant_type": "client_credential", "appid": app_id, "secret": secret} | more)["access_token"]


def _template(**changes):
    data = {"thing1": {"value": "您有一条新消息"}, "time3": {"value": "2026-11-23 12:00"}}
    return {"touser": "o-wx-jia", "template_id": "hall-message", "client_msg_id": str(uuid4()), "data": data} | changes


def test_wechat_takes_a_template_message_once(outside):
    token, message = _token(outside), _template()

    first, second = (_wechat(outside, f"message/template/send?access_token={token}", message) for _time in range(2))

    assert first == second and first["errcode"] == 0
    assert [each["title"] for each in outside.received(channel="wechat")] == ["您有一条新消息"]


def test_a_token_ends_when_another_is_asked_for_or_when_it_expires(outside):
    first = _token(outside)
    assert _token(outside) == first
    second = _token(outside, force_refresh=True)
    outside.tell("wechat", "expire", times=1)

    answers = [_wechat(outside, f"message/template/send?access_token={each}", _template())["errcode"] for each in (first, second, second)]
    assert answers == [40001, 40001, 40001]
    assert _wechat(outside, f"message/template/send?access_token={_token(outside)}", _template())["errcode"] == 0


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"touser": "o-nobody"}, 40003),
        ({"template_id": "other"}, 40037),
        ({"data": {"thing1": {"value": "长" * 21}}}, 47003),
        ({"data": {"first": {"value": "x"}}}, 47003),
        ({"data": {}}, 47003),
    ],
)
def test_wechat_refuses_what_does_not_fit(outside, changes, number):
    assert _wechat(outside, f"message/template/send?access_token={_token(outside)}", _template(**changes))["errcode"] == number


@pytest.mark.parametrize(("mode", "number"), [("refuse", 43004), ("fail", -1)])
def test_wechat_tells_errors_with_status_200(outside, mode, number):
    outside.tell("wechat", mode, times=1)

    assert _wechat(outside, f"message/template/send?access_token={_token(outside)}", _template())["errcode"] == number


def _mail(outside, *, reference=None, to="resident@example.com", subject="新消息"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hall@example.gov", to, subject
    message["Message-ID"] = f"<{reference or uuid4()}@hall.example.gov>"
    message["List-Unsubscribe"] = "<https://hall.example.gov/unsubscribe/x/>"
    message.set_content("请登录警务大厅查看。\n.这一行以点开头\n")
    with smtplib.SMTP("127.0.0.1", outside.smtp_port, timeout=20) as client:
        client.login(*demo.SMTP_LOGIN)
        client.send_message(message)


def test_mail_is_taken_and_shown_whole(outside):
    _mail(outside)

    [found] = outside.received(channel="email")
    assert (found["to"], found["title"], found["text"]) == ("resident@example.com", "新消息", "请登录警务大厅查看。\n.这一行以点开头")
    assert found["headers"]["List-Unsubscribe"] == "<https://hall.example.gov/unsubscribe/x/>"


def test_mail_of_one_message_id_arrives_once(outside):
    reference = str(uuid4())
    for _time in range(2):
        _mail(outside, reference=reference)

    assert len(outside.received(channel="email")) == 1


@pytest.mark.parametrize(("mode", "reply"), [("refuse", 550), ("fail", 451)])
def test_a_mail_server_refuses_for_good_or_for_now(outside, mode, reply):
    outside.tell("email", mode, times=1)

    with pytest.raises(smtplib.SMTPDataError) as told:
        _mail(outside)
    assert told.value.smtp_code == reply


def test_a_mail_server_that_cuts_the_connection_has_taken_the_message(outside):
    outside.tell("email", "reset", times=1)
    reference = str(uuid4())

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        _mail(outside, reference=reference)
    assert [line["kind"] for line in outside.lines() if line["reference"] == reference] == ["accepted"]


def test_a_stranger_sends_no_mail(outside):
    with smtplib.SMTP("127.0.0.1", outside.smtp_port, timeout=20) as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login("hall", "wrong")


def test_a_process_that_starts_again_knows_its_references_even_behind_a_torn_line(tmp_path):
    reference, ledger = str(uuid4()), tmp_path / "ledger"
    with started(ledger) as outside:
        first = _send(outside, reference=reference)
    with ledger.open("ab") as file:
        file.write(b'{"kind": "accep')
    with started(ledger) as outside:
        second = _send(outside, reference=reference)

    assert first == second
    assert len(ledger.read_text().splitlines()) == 3
