"""Give dead events another chance."""

from __future__ import annotations

from django.db.models.functions import Now

from foundation.outbox.models import Event


def replay_dead(*, name: str | None = None) -> int:
    """Make dead events due again, all or those of one name; return how many. Why each was given up stays readable until it is done."""
    events = Event.objects.dead()
    if name:
        events = events.filter(name=name)
    return events.update(dead_at=None, attempts=0, available_at=Now(), leased_until=None)
