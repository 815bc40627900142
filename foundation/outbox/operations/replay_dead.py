"""Give dead events another chance."""

from __future__ import annotations

from datetime import datetime

from foundation.outbox.models import Event


def replay_dead(*, name: str | None = None, now: datetime) -> int:
    """Make dead events due again, all or those of one name; return how many."""
    events = Event.objects.dead()
    if name:
        events = events.filter(name=name)
    return events.update(dead_at=None, attempts=0, available_at=now, leased_until=None)
