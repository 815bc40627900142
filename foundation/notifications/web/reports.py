"""Where the provider of texts reports what became of them: docs/providers.md."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from foundation import clock
from foundation.idempotency.nonces import use_nonce
from foundation.notifications.channels.signing import WINDOW, Key, NotSigned, verify
from foundation.notifications.operations.record_report import Report, record_reports
from foundation.signatures.errors import SignatureRefused

MOST: Final = 100
STATUSES: Final = frozenset({"sent", "delivered", "failed"})
_SMALL_ENOUGH: Final = 256 * 1024


class NotThisShape(ValueError):
    """The body is not what the document describes."""


@login_not_required
@csrf_exempt
@require_POST
def sms_reports(request: HttpRequest) -> JsonResponse:
    """``/providers/sms/reports/``: signed by the provider's key, within five minutes, each request once."""
    now = clock.database_now()
    try:
        _let_in(request, now=now)
        reports = _read(request.body)
    except (NotSigned, SignatureRefused) as error:
        reason = error.reason if isinstance(error, NotSigned) else error.code
        return JsonResponse({"code": reason.replace("_", ".", 1)}, status=401)
    except NotThisShape:
        return JsonResponse({"code": "body.invalid"}, status=400)
    record_reports(reports=reports, now=now)
    return JsonResponse({"code": "OK"})


def _let_in(request: HttpRequest, *, now: datetime) -> None:
    """Raise unless the request is the provider's, fresh, and new."""
    key = Key.read(settings.SMS_REPORTS_KEY)
    if int(request.META.get("CONTENT_LENGTH") or 0) > _SMALL_ENOUGH:
        raise NotThisShape
    nonce = verify(
        method=request.method or "",
        path=request.get_full_path().partition("?")[0],
        query=request.META.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        key=key,
        now=now,
    )
    # What was signed up to a window ahead of our clock stays fresh for two.
    use_nonce(keyid=f"sms:{key.key_id}", nonce=nonce, expires_at=now + 2 * WINDOW + timedelta(seconds=1))


def _read(body: bytes) -> list[Report]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotThisShape from error
    rows = told.get("reports") if isinstance(told, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
        raise NotThisShape
    return [_report(row) for row in rows]


def _report(row: Any) -> Report:
    names = ("event_id", "message_id", "reference", "status", "reason", "at")
    if not isinstance(row, dict) or not all(isinstance(row.get(name, ""), str) and len(row.get(name, "")) <= 100 for name in names):
        raise NotThisShape
    try:
        at = parse_datetime(row.get("at", ""))
    except ValueError as error:
        raise NotThisShape from error
    if at is None or at.tzinfo is None or row.get("status") not in STATUSES or not row.get("reference"):
        raise NotThisShape
    return Report(reference=row["reference"], status=row["status"], reason=_word(row.get("reason", "")), at=at)


def _word(text: str) -> str:
    """Keep a provider's word if it is one; nothing else that somebody wrote comes into a log."""
    return text if text.isascii() and text.replace("_", "").isalnum() and len(text) <= 40 else ""
