"""A case system of the police as the tests play it: it signs, sends, and reads its answers."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from cases.models import Case
from cases.operations.take_exchange_batch import take_exchange_batch
from cases.rest.exchange_messages import MessageReader
from foundation.accounts.actors import actor_of_feed, command_actor
from foundation.accounts.models import Feed
from foundation.clock import now as present
from foundation.devices.operations.register_feed import register_feed
from foundation.signatures.client import sign_request

PATH = "/api/v1/exchange/cases/"
AT = "2026-03-02T09:00:00+08:00"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_serial = itertools.count(1)


def make_feed(bureau, *, code="case-system", key=None, now=None) -> Feed:
    """Register a feed with a key that no other feed has: ``KEY`` for the first, unless one is given."""
    key = key or (KEY if code == "case-system" else Ed25519PrivateKey.from_private_bytes(hashlib.sha256(code.encode()).digest()))
    return register_feed(
        actor=command_actor("test"),
        code=code,
        title="Case system",
        bureau=bureau,
        public_key=key.public_key().public_bytes_raw(),
        now=now or datetime(2026, 3, 1, tzinfo=UTC),
    )


def message(action, case, number, *, message_id=None, **content):
    return {
        "message_id": message_id or f"{case}/{number}/{next(_serial)}",
        "case": {"source_case_id": case},
        "source_sequence": number,
        "action": action,
        "content": content,
    }


def registration(case, number=1, *, unit="310101000001", **content):
    return message("register", case, number, **{"kind": "criminal", "category": "test-theft", "unit": unit, "reported_at": AT} | content)


def step(case, number, status=None, **content):
    given = {"at": AT} | ({"status": status} if status else {}) | content
    return message("progress", case, number, **given)


def news(case, number, en="Still going on.", zh="仍在办理。", **content):
    return step(case, number, text={"en": en, "zh": zh}, **content)


def take(feed, *messages, now) -> list:
    """Carry a batch out without the web; return the answers."""
    reader = MessageReader()
    return take_exchange_batch(actor=actor_of_feed(feed), feed=feed, items=[reader.read(each) for each in messages], now=now)


def post(feed, body, *, key=KEY, client=None, headers=None, path=PATH, **signature):
    """Send a signed request; ``body`` is bytes or what becomes JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    created = signature.pop("created", None) or int(present().timestamp())
    signed = sign_request(
        method="POST",
        url=f"http://testserver{path}",
        body=data,
        key=key,
        keyid=signature.pop("keyid", feed.key_id),
        created=created,
        **signature,
    )
    return (client or Client()).post(path, data, content_type="application/json", headers={**signed, **(headers or {})})


def states(answers) -> list[str]:
    return [answer.state for answer in answers]


def codes(answers) -> list[str]:
    return [f"{answer.state}:{answer.code}" if answer.code else str(answer.state) for answer in answers]


def case_of(feed, name) -> Case:
    return Case.objects.filter(source=feed.code, source_case_id=name).select_related("unit").first()


def projection(feed) -> dict:
    """What the hall tells of every case of the feed, apart from when it heard of it."""
    told = {}
    for case in Case.objects.filter(source=feed.code).select_related("unit").prefetch_related("entries"):
        entries = sorted(case.entries.all(), key=lambda entry: entry.sequence)
        told[case.source_case_id] = (
            case.status,
            case.status_since,
            case.stage_since,
            case.due_at,
            case.unit.code,
            case.publication,
            case.ground,
            case.source_sequence,
            case.closed_at,
            [
                (e.kind, e.status, e.at, e.text_en, e.text_zh, e.detail, e.publication, e.refers_to, e.is_late, e.source_key)
                for e in entries
            ],
        )
    return told
