"""Messages of a feed, signed and sent in batches of 500, against COPY of the rows that they became."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from foundation.accounts.actors import command_actor
from foundation.devices.operations.register_feed import register_feed
from foundation.organisations.models import Organisation
from foundation.signatures.client import sign_request
from tests.bench.figures import Figure
from tests.bench.twin import twin_of_now
from tests.bench.world import World

CASES, STEPS, BATCH = 2_000, 5, 500
PATH = "/api/v1/exchange/cases/"
TABLES = ("cases_case", "cases_progressentry", "cases_exchangemessage", "outbox_event")


def figures(world: World) -> Iterator[Figure]:
    """Yield the figure of the exchange."""
    key = Ed25519PrivateKey.generate()
    feed = register_feed(
        actor=command_actor("bench"),
        code="bench",
        title="Bench",
        bureau=Organisation.objects.get(code="310000000000"),
        public_key=key.public_key().public_bytes_raw(),
        now=timezone.now(),
    )
    first, *bodies = _bodies(world)
    # A server that takes feeds has started as servers do, and has taken one before.
    importlib.import_module("portal.wsgi")
    _send(first, key=key, key_id=feed.key_id)
    with twin_of_now(TABLES) as twin:
        began = time.perf_counter()
        for body in bodies:
            _send(body, key=key, key_id=feed.key_id)
        seconds = time.perf_counter() - began
        rows, copying = twin.copy(TABLES)
    yield Figure(
        name="feed messages / COPY of the same rows",
        value=copying / seconds,
        at_least=0.1,
        detail=f"{len(bodies) * BATCH / seconds:,.0f} messages/s; {rows:,} rows, by COPY {rows / copying:,.0f}/s",
    )


def _bodies(world: World) -> Iterator[bytes]:
    """Yield requests as a feed has them ready: one of a single message, then full batches."""
    messages = _messages(world)
    yield _body([_message(CASES, 1, "register", next(_messages(world))["content"])])
    while batch := list(islice(messages, BATCH)):
        yield _body(batch)


def _body(messages: list[dict[str, Any]]) -> bytes:
    return json.dumps({"messages": messages}, ensure_ascii=False).encode()


def _messages(world: World) -> Iterator[dict[str, Any]]:
    at = (timezone.now() - timedelta(days=1)).isoformat()
    for case in range(CASES):
        content = {"kind": "criminal", "category": "theft", "unit": world.station.code, "reported_at": at}
        yield _message(case, 1, "register", content)
    for number in range(2, 2 + STEPS):
        for case in range(CASES):
            yield _message(case, number, "progress", {"at": at, "text": {"en": f"News {number}.", "zh": f"消息{number}。"}})


def _message(case: int, number: int, action: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "message_id": f"bench/{case}/{number}",
        "case": {"source_case_id": f"bench-{case}"},
        "source_sequence": number,
        "action": action,
        "content": content,
    }


def _send(body: bytes, *, key: Ed25519PrivateKey, key_id: str) -> None:
    signed = sign_request(
        method="POST", url=f"http://testserver{PATH}", body=body, key=key, keyid=key_id, created=int(timezone.now().timestamp())
    )
    answer = Client().post(PATH, body, content_type="application/json", headers=signed)
    states = {each["state"] for each in answer.json()["results"]}
    if answer.status_code != 200 or states != {"applied"}:
        raise RuntimeError(f"the feed was answered {answer.status_code} {states} {answer.content[:300]!r}")
