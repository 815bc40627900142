"""Relay one event to its handlers."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from foundation.outbox.events import handlers_of
from foundation.outbox.models import Event

LEASE = timedelta(minutes=2)
TRIES = 5
FIRST_PAUSE = timedelta(seconds=10)


def relay_event(*, event_id: UUID, now: datetime) -> bool:
    """Run the handlers of a due event and mark it done, in one transaction; return whether this call did it.

    A second call for the same event, at the same moment or later, does nothing. A handler that raises leaves no trace but
    the counted try; after :data:`TRIES` the event is dead until an operator replays it.
    """
    leased = Event.objects.due(now).filter(pk=event_id).update(leased_until=now + LEASE, attempts=F("attempts") + 1)
    event = Event.objects.filter(pk=event_id).first() if leased else None
    if event is None:
        return False
    try:
        with transaction.atomic():
            for handler in handlers_of(event.name):
                handler(event.payload, now)
            Event.objects.filter(pk=event_id).update(done_at=now, leased_until=None, last_error="")
    except Exception as error:
        _give_back(event=event, error=error, now=now)
        raise
    return True


def _give_back(*, event: Event, error: Exception, now: datetime) -> None:
    is_dead = event.attempts >= TRIES
    Event.objects.filter(pk=event.pk).update(
        leased_until=None,
        available_at=now + FIRST_PAUSE * 4 ** (event.attempts - 1),
        dead_at=now if is_dead else None,
        last_error=f"{type(error).__name__}: {error}"[:300],
    )
