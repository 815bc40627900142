"""What follows from a request for a code, after it is committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from foundation import clock
from foundation.one_time_codes import tasks
from foundation.one_time_codes.operations.ask_for_code import ASKED
from foundation.one_time_codes.operations.send_code import send_code
from foundation.outbox.events import register as on

log = structlog.get_logger(__name__)


def register() -> None:
    """Tell the outbox."""
    on(ASKED, send)


def send(payload: Mapping[str, Any], now: datetime) -> None:
    """Let the code be sent, unless the number has had enough texts."""
    if payload["may_send"]:
        transaction.on_commit(partial(hurry, payload["request"]))


def hurry(request: str) -> None:
    """Ask the workers of codes. Somebody waits for this one: where the broker is away it is sent here and now."""
    try:
        tasks.send.delay(request=request)
    except Exception as error:
        log.warning("one_time_codes.broker_away", error=type(error).__name__)
        send_code(request=UUID(request), now=clock.database_now())
