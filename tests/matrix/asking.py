"""Asks the real site one question of the matrix, and takes back whatever it did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone

from foundation.signatures.client import sign_request
from tests.matrix.addresses import address
from tests.matrix.headers import faults_of
from tests.matrix.rules import KEYS, Deed, Route
from tests.matrix.world import SEES, World

# What a request may write though it was refused, or only read: logs of what was done and looked at, sessions, counters.
AUDIT = "audit_auditentry"
LOGS = frozenset(
    {
        *(AUDIT, "audit_accessentry", "audit_lookwatch", "audit_unwrittendenials", "audit_alarm", "transparency_pending"),
        *("django_session", "accounts_signin", "limits_bucket", "idempotency_seennonce"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back: its class, whom it names that the caller may not know of, what was written, and which headers it lacks."""

    outcome: str
    status: int
    leaked: tuple[str, ...]
    wrote: dict[str, int]
    bare: tuple[str, ...]

    @property
    def changed(self) -> set[str]:
        """The tables of the hall's own business that were written to."""
        return set(self.wrote) - LOGS

    @property
    def audit_rows(self) -> int:
        """How many rows the audit log grew by."""
        return self.wrote.get(AUDIT, 0)


def ask(world: World, route: Route, method: str, caller: str, whose: str) -> Answer:
    """Call the address as the caller, about whose thing, and take everything back that this changed."""
    deed = route.deeds.get("GET" if method == "HEAD" else method)
    world.caller = caller
    path = address(route.route, world.filled(route.kwargs, whose))
    client, request = world.client(caller), _request(world, route, method, deed, whose, path, caller)
    before = world.undo.before()
    answer = client.generic(method, **request)
    wrote = world.undo.back_to(before)
    if "django_session" in wrote:
        cache.clear()  # sessions are kept there too, and what was written to them is taken back
    return Answer(
        outcome=outcome_of(answer, is_api=route.is_api),
        status=answer.status_code,
        leaked=_leaked(world, (*SEES[caller], *(deed.shows if deed else ())), answer, asked=f"{request}"),
        wrote=wrote,
        bare=tuple(faults_of(answer, route.route)),
    )


def _request(world: World, route: Route, method: str, deed: Deed | None, whose: str, path: str, caller: str) -> dict[str, Any]:
    send = world.filled(deed.send, whose) if deed else None
    made: dict[str, Any] = {"path": path}
    if method in {"GET", "HEAD"}:
        # Whatever another site asks, nothing is open to it.
        made |= {"query_params": send, "data": b"", "headers": {"origin": "https://evil.example"}}
    elif route.is_api:
        body = json.dumps(send if send is not None else {}).encode()
        made |= {"data": body, "content_type": "application/json", "headers": {"idempotency-key": "matrix"}}
    else:
        made |= {"data": encode_multipart(BOUNDARY, send or {}), "content_type": MULTIPART_CONTENT}
    if caller in KEYS:
        made["headers"] = {**made.get("headers", {}), **_signed(world, caller, method, path, made["data"])}
    return made


def _signed(world: World, caller: str, method: str, path: str, body: bytes) -> dict[str, str]:
    machine, created = world.get(caller, "own"), int(timezone.now().timestamp())
    key = world.feed_key("own") if caller == "feed" else world.kiosk_key("own")
    return sign_request(method=method, url=f"http://testserver{path}", body=body, key=key, keyid=machine.key_id, created=created)


def outcome_of(answer: Any, *, is_api: bool) -> str:
    """Return the class of an answer."""
    status = answer.status_code
    if status in {301, 302, 303} and not is_api:
        return _of_redirect(urlsplit(answer["Location"]).path)
    if status < 400:
        return "done"
    if status == 403 and is_api and b'"second_factor_missing"' in answer.content:
        return "second-factor"
    return {401: "sign-in", 403: "refused", 404: "hidden", 405: "no-method", 400: "invalid", 409: "invalid", 422: "invalid"}.get(
        status, str(status)
    )


def _of_redirect(path: str) -> str:
    if path == reverse("account_login"):
        return "sign-in"
    if path in {reverse("mfa_activate_totp"), reverse("mfa_reauthenticate")}:
        return "second-factor"
    return "confirm" if path == reverse("account_reauthenticate") else "done"


def _leaked(world: World, seen: tuple[str, ...], answer: Any, *, asked: str) -> tuple[str, ...]:
    """Return references of things that the caller may not know of and did not name, wherever they stand in the answer."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode(errors="replace") + str(answer.headers)
    foreign = {mark for whose, marks in world.marks.items() if whose not in seen for mark in marks}
    return tuple(sorted(mark for mark in foreign if mark in text and mark not in asked))
