"""What follows from a request for a code, after it is committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from foundation.one_time_codes.operations.ask_for_code import ASKED
from foundation.one_time_codes.operations.send_code import send_code
from foundation.outbox.events import register as on


def register() -> None:
    """Tell the outbox."""
    on(ASKED, send)


def send(payload: Mapping[str, Any], now: datetime) -> None:
    """Send the code, unless the number has had enough texts."""
    if payload["may_send"]:
        send_code(request=UUID(payload["request"]), now=now)
