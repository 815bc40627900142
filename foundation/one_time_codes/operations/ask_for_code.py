"""Ask for a code by text."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from foundation.limits.limiter import take, try_take
from foundation.limits.rules import CODE_TEXT_HALL, CODE_TEXT_SOURCE
from foundation.notifications.text_budget import take_text
from foundation.one_time_codes.codes import VALID_FOR, new_request_token, request_digest
from foundation.one_time_codes.models import OneTimeCode
from foundation.outbox.events import publish

ASKED = "one_time_codes.asked"

log = structlog.get_logger(__name__)


def ask_for_code(*, purpose: str, number: str, source: str, language: str, now: datetime, earlier: str = "") -> str:
    """Ask for a code to a number in canonical form; return the token that the browser's session has to keep.

    For a number that is known, unknown or has had too many texts the work and the answer are the same; only what follows after
    the commit differs. ``earlier`` is the token of the same browser's request before this one, whose code is void from now on.
    Raises ``TooManyRequests`` for a source that asks too often. Not to be called inside a transaction.
    """
    take(CODE_TEXT_SOURCE, target=source, now=now)
    may_send = _take_number(number, now=now)
    token = new_request_token()
    with transaction.atomic():
        if earlier:
            OneTimeCode.objects.filter(request_digest=request_digest(earlier), superseded_at=None).update(superseded_at=now)
        row = OneTimeCode.objects.create(
            purpose=purpose,
            request_digest=request_digest(token),
            number=number,
            language=language,
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        publish(ASKED, now=now, request=str(row.pk), may_send=may_send)
    return token


def _take_number(number: str, *, now: datetime) -> bool:
    """Count a text to the number against all that limits texts; return whether it may be sent."""
    budget = take_text(number, is_ordinary=False, now=now)
    if not budget.is_open:
        return False
    if try_take(CODE_TEXT_HALL, target="", now=now) is None:
        log.error("alarm.texts_of_the_hall_used_up", rule=CODE_TEXT_HALL.scope)
        budget.give_back()
        return False
    return True
