"""Make the code that somebody asked for, and send it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction

from foundation.one_time_codes.codes import code_digest, new_code
from foundation.one_time_codes.models import OneTimeCode
from foundation.one_time_codes.purposes import receives, text_for
from foundation.text_messages.sending import TextNotSent, text_messages
from foundation.text_messages.texts import text_of

log = structlog.get_logger(__name__)


@transaction.atomic
def send_code(*, request: UUID, now: datetime) -> bool:
    """Send a code for a request, once; return whether one goes out. Nothing goes to a number that the purpose does not know.

    The code exists only between here and the gateway. It is handed over after the commit, so that whoever types it at once is
    let in, and only once: who gets no text asks again, which is safer than a text that comes twice with two codes.
    """
    row = OneTimeCode.objects.select_for_update(of=("self",)).filter(pk=request).first()
    if row is None or row.sent_at or row.used_at or row.superseded_at or row.expires_at <= now:
        return False
    number = row.number
    if not receives(row.purpose, number=number, now=now):
        return False
    code = new_code()
    row.code_digest, row.sent_at = code_digest(code, request=bytes(row.request_digest)), now
    row.save(update_fields=["code_digest", "sent_at"])
    text = text_of(text_for(row.purpose), language=row.language, code=code)
    transaction.on_commit(partial(_hand_over, number=number, text=text, reference=str(row.pk)))
    return True


def _hand_over(*, number: str, text: str, reference: str) -> None:
    try:
        text_messages().send(number=number, text=text, reference=reference)
    except TextNotSent as error:
        # The person asks again; that texts do not go out at all is for an operator to mend. Where it failed in the code is no help.
        log.error(  # noqa: TRY400
            "alarm.text_not_sent", reason=error.reason, kind="one-time-code"
        )
