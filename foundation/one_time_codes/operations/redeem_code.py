"""Take a code that somebody typed: right once, or a counted try."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from foundation.errors import RuleViolated
from foundation.limits.limiter import give_back, take
from foundation.limits.rules import CODE_GUESS_NUMBER, CODE_GUESS_SOURCE
from foundation.one_time_codes.codes import TRIES, cleaned, code_digest, request_digest
from foundation.one_time_codes.models import OneTimeCode

# One statement decides and remembers: of any number of callers with the right code, the row's lock lets one see it unused.
_REDEEM = """
    UPDATE one_time_codes_onetimecode
    SET tries = tries + (code_digest IS DISTINCT FROM %(digest)s)::int,
        used_at = CASE WHEN code_digest = %(digest)s THEN %(now)s END
    WHERE request_digest = %(request)s AND purpose = %(purpose)s
      AND used_at IS NULL AND superseded_at IS NULL AND expires_at > %(now)s AND tries < %(tries)s
    RETURNING used_at IS NOT NULL
"""


class CodeRefused(RuleViolated):
    """Wrong, used, too old, replaced by a newer one, tried too often, or of another browser: nobody is told which."""

    code = "code_refused"
    message = _("This code is not right, or no longer valid. Check it, or ask for a new one.")

    def __init__(self) -> None:
        super().__init__(field="code")


def redeem_code(*, purpose: str, token: str, typed: str, source: str, now: datetime) -> str:
    """Return the number that the code proved; raise :class:`CodeRefused`, or ``TooManyRequests`` for too many wrong ones.

    ``token`` is what :func:`ask_for_code` returned to this browser. Must not be called inside a transaction: a counted try
    stays counted whatever the caller does next.
    """
    code, request = cleaned(typed), request_digest(token)
    row = OneTimeCode.objects.filter(request_digest=request, purpose=purpose).first() if token else None
    if row is None or not code:
        # A slip that cannot be a code is no guess.
        raise CodeRefused
    permits = [take(CODE_GUESS_SOURCE, target=source, now=now), take(CODE_GUESS_NUMBER, target=row.number, now=now)]
    parameters: dict[str, Any] = {
        "digest": code_digest(code, request=request),
        "request": request,
        "purpose": purpose,
        "now": now,
        "tries": TRIES,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_REDEEM, parameters)
        found = cursor.fetchone()
    if found is None or not found[0]:
        raise CodeRefused
    give_back(permits)
    return row.number
