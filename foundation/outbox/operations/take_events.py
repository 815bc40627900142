"""Take events to work on, so that no other worker does."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from foundation.outbox.models import MOST_TAKEN, Event, EventQuerySet

# Handlers do a little work in the database. One that takes longer keeps its event all the same, by the lock on its row.
LEASE: Final = timedelta(seconds=30)
WORN_OUT: Final = f"taken {MOST_TAKEN} times and never given back: whoever handles it dies"

log = structlog.get_logger(__name__)


@transaction.atomic
def take_events(events: EventQuerySet, *, most: int) -> list[Event]:
    """Take at most ``most`` of these events that are due, those that wait longest first; what others are taking is passed over.

    ``attempts`` of what is returned tells this lease from every other. An event that no worker came back from is given up here.
    """
    taken = list(events.due().select_for_update(skip_locked=True).order_by("available_at")[:most])
    fatal = [event.pk for event in taken if event.attempts >= MOST_TAKEN]
    if fatal:
        Event.objects.filter(pk__in=fatal).update(dead_at=Now(), leased_until=None, last_error=WORN_OUT)
        log.error("alarm.events_given_up", events=len(fatal), reason="worn_out")
    alive = [event for event in taken if event.attempts < MOST_TAKEN]
    Event.objects.filter(pk__in=[event.pk for event in alive]).update(leased_until=Now() + LEASE, attempts=F("attempts") + 1)
    for event in alive:
        event.attempts += 1
    return alive
