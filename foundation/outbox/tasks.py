"""Celery's side of the outbox."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog
from celery import shared_task

from foundation import clock
from foundation.outbox.events import QUICK, bulk_of, hurry_together, queue_of, slow_queues
from foundation.outbox.models import Event, EventQuerySet
from foundation.outbox.operations.relay_event import relay_event, relay_taken
from foundation.outbox.operations.take_events import take_events

# So few are taken at once that their lease does not run out before the last one's turn.
TAKEN_AT_ONCE: Final = 10
SWEPT_AT_ONCE: Final = 250
# Then others have their turn, and what is left comes again behind them.
SECONDS_AT_A_STRETCH: Final = 5.0
# Who was asked for at the commit is on its way; the sweep looks for what nobody comes for.
OVERDUE_SECONDS: Final = 5.0
# As many workers as may help with what was left lying.
MOST_SWEEPERS: Final = 4
SWEEP_EVERY: Final = 10.0

log = structlog.get_logger(__name__)


@shared_task
def relay(*, event_id: str) -> None:
    """Relay one event. Safe to run twice: a lease lets one call through."""
    relay_event(event_id=UUID(event_id), now=clock.now())


@shared_task
def relay_together(*, event_ids: Sequence[str]) -> int:
    """Relay many events, each in a transaction of its own, so that one that fails takes no other with it; return how many were done."""
    events = Event.objects.filter(pk__in=event_ids)
    done, is_more_due = _relay_all(events, most=len(event_ids))
    if is_more_due:
        name = events.values_list("name", flat=True).first()
        hurry_together(event_ids, queue=queue_of(name or ""))
    return done


@shared_task
def relay_overdue(*, queue: str = QUICK) -> int:
    """Relay what should have been relayed long ago in a queue; return how many were done. Any number of workers may do so at once."""
    return _relay_all(_of_queue(queue).late(OVERDUE_SECONDS), most=SWEPT_AT_ONCE)[0]


@shared_task
def sweep() -> int:
    """Find what Redis lost, and have workers relay it; return how many events are overdue.

    However much waits, a few messages go out and those that nobody takes before the next sweep expire: a backlog must not grow by itself.
    """
    total = 0
    for queue in (QUICK, *slow_queues()):
        overdue = _of_queue(queue).late(OVERDUE_SECONDS).count()
        for _number in range(min(-(-overdue // SWEPT_AT_ONCE), MOST_SWEEPERS)):
            relay_overdue.apply_async(kwargs={"queue": queue}, queue=bulk_of(queue), expires=SWEEP_EVERY)
        total += overdue
    return total


def _of_queue(queue: str) -> EventQuerySet:
    slow = slow_queues()
    if queue in slow:
        return Event.objects.filter(name__in=slow[queue])
    return Event.objects.exclude(name__in=[name for names in slow.values() for name in names])


def _relay_all(events: EventQuerySet, *, most: int) -> tuple[int, bool]:
    """Relay events; return how many were done, and whether time was over before the last."""
    done, until = 0, time.monotonic() + SECONDS_AT_A_STRETCH
    for _chunk in range(-(-most // TAKEN_AT_ONCE)):
        taken = take_events(events, most=TAKEN_AT_ONCE)
        for event in taken:
            try:
                done += relay_taken(event=event, now=clock.now())
            except Exception:
                # Its try is counted and it comes again, or is dead after too many: the same as if it had been asked for alone.
                log.exception("outbox.handler_failed", event_id=str(event.pk))
        if len(taken) < TAKEN_AT_ONCE:
            return done, False
        if time.monotonic() > until:
            return done, True
    return done, False
