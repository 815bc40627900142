"""What the demo's people were told at the time: it stands under their messages, and their phones do not ring for it today."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foundation.notifications.models import Delivery, Notice, State
from foundation.outbox.events import handlers_of
from foundation.outbox.models import Event


@transaction.atomic
def remember_what_was_told(*, now: datetime) -> int:
    """Let the stories' events have told people already; return of how many notices. A worker who comes to them finds it done."""
    for event in Event.objects.waiting().order_by("created_at"):
        for handler in handlers_of(event.name):
            if handler.__module__.endswith(".notices"):
                handler(event.payload, event.created_at)
    Delivery.objects.filter(state__in=(State.WAITING, State.HELD)).delete()
    return Notice.objects.filter(created_at__lt=now).update(read_at=now)
