"""Take what a terminal says of itself, and tell it what it has to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.devices.actors import REPORT
from foundation.devices.models import Kiosk
from foundation.devices.models.kiosk import PartState
from foundation.errors import NotAllowed
from foundation.limits.limiter import take
from foundation.limits.rules import KIOSK_HEARTBEAT

MOST_PARTS: Final = 12


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the terminal is told: the hall's time, its own state, and what its screen is to say (empty for nothing)."""

    time: datetime
    state: str
    message: str


def hear_heartbeat(*, actor: Actor, kiosk: Kiosk, software_digest: str, parts: Mapping[str, str], now: datetime) -> Answer:
    """Keep what the terminal says: one update of columns that no index holds, without an audit row, for nobody decided anything.

    ``software_digest`` is 64 hexadecimal digits, ``parts`` maps a part to how it is. Raises ``TooManyRequests``, and ``NotAllowed``
    for a terminal that was suspended while it spoke. Must not be called inside a transaction.
    """
    if not actor.can(REPORT, kiosk.place):
        raise NotAllowed(capability=REPORT)
    take(KIOSK_HEARTBEAT, target=kiosk.number, now=now)
    heard = Kiosk.objects.filter(pk=kiosk.pk, state=Kiosk.State.ACTIVE, key_id=kiosk.key_id)
    is_troubled = any(state != PartState.OK for state in parts.values())
    if not heard.update(last_seen_at=now, software_digest=software_digest, parts=dict(parts), is_troubled=is_troubled):
        raise NotAllowed(_("This terminal is suspended. Call those who look after it."), code="kiosk_suspended")
    return Answer(time=now, state=kiosk.state, message=kiosk.notice)
