"""The provider reports over HTTP: what is signed, fresh and new is believed, and nothing else."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.test import Client

from foundation import clock
from foundation.notifications.channels.signing import Key, signed_headers
from foundation.notifications.models import Delivery

pytestmark = pytest.mark.django_db
PLACE = "/providers/sms/reports/"
KEY = Key(key_id="theirs", secret="reports-secret")


@pytest.fixture(autouse=True)
def key(settings):
    settings.SMS_REPORTS_KEY = f"{KEY.key_id}:{KEY.secret}"


def post(body, *, key=KEY, nonce=None, now=None, secret=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = Key(key_id=key.key_id, secret=secret or key.secret)
    nonce, now, url = nonce or uuid4().hex, now or clock.database_now(), f"http://testserver{PLACE}"
    headers = signed_headers(method="POST", url=url, body=content, key=signed, nonce=nonce, now=now)
    return Client().post(PLACE, content, content_type=headers.pop("Content-Type"), headers=headers)


def report(reference, status="delivered", **other):
    return {
        "event_id": "EV1",
        "message_id": "SM1",
        "reference": str(reference),
        "status": status,
        "reason": "",
        "at": "2026-03-02T10:00:03+08:00",
        **other,
    }


@pytest.fixture
def sent(tell, send, delivery_of):
    notice = tell()
    send()
    return delivery_of(notice)


def state(delivery):
    return Delivery.objects.get(pk=delivery.pk).state


def test_a_report_is_believed(sent):
    answer = post({"reports": [report(sent.pk)]})

    assert (answer.status_code, answer.json()) == (200, {"code": "OK"})
    assert state(sent) == "delivered"


def test_a_forged_report_changes_nothing_and_is_written_down(sent):
    from foundation.audit.models import AuditEntry
    from foundation.audit.operations.record_denial import DENIED

    answer = post({"reports": [report(sent.pk)]}, secret="guessed")

    assert answer.status_code == 401
    assert state(sent) == "accepted"
    assert AuditEntry.objects.filter(action=DENIED).exists()


def test_a_report_is_let_in_once(sent):
    body, nonce = {"reports": [report(sent.pk)]}, uuid4().hex

    assert [post(body, nonce=nonce).status_code for _ in range(3)] == [200, 401, 401]


def test_a_report_that_comes_again_with_a_signature_of_its_own_changes_nothing(sent):
    codes = [post({"reports": [report(sent.pk, each)]}).status_code for each in ("delivered", "sent", "failed", "delivered")]

    assert codes == [200] * 4
    assert state(sent) == "delivered"


def test_a_report_of_somebody_elses_message_is_taken_and_forgotten(sent):
    assert post({"reports": [report(uuid4()), report("not-ours"), report(sent.pk)]}).status_code == 200
    assert state(sent) == "delivered"


BAD = [
    b"nonsense",
    b"[]",
    b'{"reports": []}',
    b'{"reports": {}}',
    b'{"reports": [7]}',
    json.dumps({"reports": [report("r", "perhaps")]}).encode(),
    json.dumps({"reports": [report("r", at="yesterday")]}).encode(),
    json.dumps({"reports": [report("r", at="2026-03-02T10:00:03")]}).encode(),
    json.dumps({"reports": [report("r", at="2026-99-99T10:00:03Z")]}).encode(),
    json.dumps({"reports": [report("")]}).encode(),
    json.dumps({"reports": [report("r" * 101)]}).encode(),
    json.dumps({"reports": [report("r")] * 101}).encode(),
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_a_body_of_another_shape_is_refused_as_a_whole(body):
    assert post(body).status_code == 400


def test_without_a_key_nobody_is_let_in(settings, sent):
    settings.SMS_REPORTS_KEY = ""

    assert post({"reports": [report(sent.pk)]}, key=Key(key_id="", secret="")).status_code == 401


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_post_leads_in(method):
    assert getattr(Client(), method)(PLACE).status_code == 405
