"""Make the code that somebody asked for, and send it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction

from foundation.notifications.channels import channel_called
from foundation.notifications.channels.base import Message, Refused, Unavailable
from foundation.notifications.outside import without_database
from foundation.notifications.templates import render
from foundation.one_time_codes.codes import code_digest, new_code
from foundation.one_time_codes.models import OneTimeCode
from foundation.one_time_codes.purposes import channel_of, receives, text_for

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
    channel = channel_of(row.purpose)
    message = render(text_for(row.purpose), channel, row.language, {"code": code})
    transaction.on_commit(partial(_hand_over, channel=channel, address=number, message=message, reference=str(row.pk)))
    return True


def _hand_over(*, channel: str, address: str, message: Message, reference: str) -> None:
    try:
        with without_database():
            channel_called(channel).hand_over(address=address, message=message, reference=reference)
    except (Refused, Unavailable) as error:
        # The person asks again; that texts do not go out at all is for an operator to mend. Where it failed in the code is no help.
        log.error(  # noqa: TRY400
            "alarm.text_not_sent", reason=error.reason, kind="one-time-code"
        )
