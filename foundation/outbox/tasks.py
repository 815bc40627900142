"""Celery's side of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog
from celery import shared_task

from foundation import clock
from foundation.outbox.events import hurry
from foundation.outbox.models import Event
from foundation.outbox.operations.relay_event import relay_event

SWEEP_AT_MOST = 500

log = structlog.get_logger(__name__)


@shared_task
def relay(*, event_id: str) -> None:
    """Relay one event. Safe to run twice: a lease lets one call through."""
    relay_event(event_id=UUID(event_id), now=clock.now())


@shared_task
def relay_together(*, event_ids: Sequence[str]) -> int:
    """Relay many events, each in a transaction of its own, so that one that fails takes no other with it; return how many were done."""
    done = 0
    for event_id in event_ids:
        try:
            done += relay_event(event_id=UUID(event_id), now=clock.now())
        except Exception:
            # Its try is counted and it comes again, or is dead after too many: the same as if it had been asked for alone.
            log.exception("outbox.handler_failed", event_id=event_id)
    return done


@shared_task
def sweep() -> int:
    """Find what Redis lost: ask for each due event again, oldest first; return how many."""
    due = Event.objects.due(clock.now()).order_by("available_at").values_list("pk", flat=True)[:SWEEP_AT_MOST]
    for event_id in due:
        hurry(str(event_id))
    return len(due)
