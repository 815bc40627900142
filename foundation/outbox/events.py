"""Publishing events, and who handles them.

A service registers its handlers when Django starts; ``publish`` writes the row in the caller's transaction and asks the
relay to hurry after commit. If Redis is away, nothing is lost: the sweep finds the row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from foundation.outbox.models import Event

Handler = Callable[[Mapping[str, Any], datetime], None]

log = structlog.get_logger(__name__)
_handlers: dict[str, list[Handler]] = defaultdict(list)


def register(name: str, handler: Handler) -> None:
    """Let ``handler(payload, now)`` run for each event of that name. It must be safe to run twice."""
    if handler not in _handlers[name]:
        _handlers[name].append(handler)


def handlers_of(name: str) -> tuple[Handler, ...]:
    """Return the handlers of an event's name."""
    return tuple(_handlers.get(name, ()))


def publish(name: str, *, now: datetime, **payload: Any) -> Event:
    """Write an event in the caller's transaction; the relay is called after commit."""
    event = Event.objects.create(name=name, payload=payload, created_at=now, available_at=now)
    transaction.on_commit(partial(hurry, str(event.pk)))
    return event


def hurry(event_id: str) -> None:
    """Ask a worker to relay an event at once. A broker that is away costs the wait for the sweep, nothing else."""
    from foundation.outbox.tasks import relay

    try:
        relay.delay(event_id=event_id)
    except Exception as error:
        # Whatever the broker's client raises, the event is committed and the sweep will find it.
        log.warning("outbox.broker_away", event_id=event_id, error=type(error).__name__)
