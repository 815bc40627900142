"""Celery's side of the outbox."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from foundation import clock
from foundation.outbox.events import hurry
from foundation.outbox.models import Event
from foundation.outbox.operations.relay_event import relay_event

SWEEP_AT_MOST = 500


@shared_task
def relay(*, event_id: str) -> None:
    """Relay one event. Safe to run twice: a lease lets one call through."""
    relay_event(event_id=UUID(event_id), now=clock.now())


@shared_task
def sweep() -> int:
    """Find what Redis lost: ask for each due event again, oldest first; return how many."""
    due = Event.objects.due(clock.now()).order_by("available_at").values_list("pk", flat=True)[:SWEEP_AT_MOST]
    for event_id in due:
        hurry(str(event_id))
    return len(due)
