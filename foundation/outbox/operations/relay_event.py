"""Relay one event to its handlers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models.functions import Now

from foundation.failpoints import failpoint
from foundation.outbox.events import handlers_of
from foundation.outbox.models import Event
from foundation.outbox.operations.take_events import take_events

TRIES: Final = 5
FIRST_PAUSE: Final = timedelta(seconds=10)
# A database that restarts, a deadlock, a statement that waited too long: not the event's fault, and soon over.
SHORT_PAUSE: Final = timedelta(seconds=2)
_NOT_ITS_FAULT: Final = (OperationalError, InterfaceError)

log = structlog.get_logger(__name__)


def relay_event(*, event_id: UUID, now: datetime) -> bool:
    """Take one event and relay it; return whether this call did it. A second call, at the same moment or later, does nothing.

    Raises what a handler raised: that leaves no trace but the counted try.
    """
    taken = take_events(Event.objects.filter(pk=event_id), most=1)
    return bool(taken) and relay_taken(event=taken[0], now=now)


def relay_taken(*, event: Event, now: datetime) -> bool:
    """Run the handlers of an event that the caller has taken, and mark it done, in one transaction; return whether this call did it.

    Handlers are quick work in the database, safe to be rolled back: who calls other people's servers writes down that it has to, and does
    so elsewhere. After :data:`TRIES` an event that fails is dead, with the reason, until an operator replays it.
    """
    failpoint("outbox.leased")
    try:
        with transaction.atomic():
            if not _is_still_ours(event):
                return False
            for handler in handlers_of(event.name):
                handler(event.payload, now)
            Event.objects.filter(pk=event.pk).update(done_at=Now(), leased_until=None, last_error="")
            failpoint("outbox.handled")
    except Exception as error:
        _give_back(event=event, error=error)
        raise
    failpoint("outbox.done")
    return True


def _is_still_ours(event: Event) -> bool:
    """Lock the event's row until the handlers are done, and see that nobody took it since: a lease alone may run out meanwhile."""
    row = Event.objects.waiting().select_for_update(of=("self",), skip_locked=True)
    return row.filter(pk=event.pk, attempts=event.attempts).exists()


def _give_back(*, event: Event, error: Exception) -> None:
    is_its_fault = not isinstance(error, _NOT_ITS_FAULT)
    is_dead = is_its_fault and event.attempts >= TRIES
    pause = FIRST_PAUSE * 4 ** (event.attempts - 1) if is_its_fault else SHORT_PAUSE
    Event.objects.waiting().filter(pk=event.pk, attempts=event.attempts).update(
        leased_until=None,
        available_at=Now() + pause,
        dead_at=Now() if is_dead else None,
        last_error=f"{type(error).__name__}: {error}"[:300],
    )
    if is_dead:
        log.error("alarm.events_given_up", events=1, reason=type(error).__name__, event_name=event.name)
