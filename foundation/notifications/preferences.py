"""How people wish to be told."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from django.conf import settings

from foundation.accounts.models import Person, User
from foundation.clock import CITY_ZONE
from foundation.notifications.kinds import kind_called
from foundation.notifications.models import Channel

QUIET_FROM: Final = time(22)
QUIET_UNTIL: Final = time(7)


def channels_for(person: Person | User, event: str, now: datetime) -> tuple[Channel, ...]:
    """Return the ways to try, best first; the first is always the hall itself."""
    if isinstance(person, User):
        return (Channel.IN_APP, Channel.EMAIL)
    return (Channel.IN_APP, Channel.SMS, Channel.WECHAT, Channel.EMAIL)


def not_before(person: Person | User, event: str, now: datetime) -> datetime:
    """Return when it may be sent: now, or in the morning if it is night and not urgent."""
    if kind_called(event).is_urgent:
        return now
    here = now.astimezone(CITY_ZONE)
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return now
    morning = here.replace(hour=QUIET_UNTIL.hour, minute=0, second=0, microsecond=0)
    return morning if here.time() < QUIET_UNTIL else morning + timedelta(days=1)


def language_of(person: Person | User) -> str:
    """Return the language that somebody is told in."""
    return settings.LANGUAGE_CODE
