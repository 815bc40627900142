"""Put back a delivery that was taken and may not go now, or not this way: no try is counted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from foundation.notifications.models import Delivery, State
from foundation.notifications.operations.hand_on import hand_on


@transaction.atomic
def hold(*, delivery_id: UUID, attempt: int, until: datetime, reason: str) -> None:
    """Hold a delivery until a moment: a limit is reached, or its reader sleeps. That it goes later then is nobody's delay."""
    delivery = _taken(delivery_id, attempt)
    if delivery is None:
        return
    delivery.state, delivery.reason, delivery.leased_until = State.HELD, reason, None
    delivery.due_at = delivery.wanted_at = until
    delivery.attempts -= 1
    delivery.save()


@transaction.atomic
def leave_out(*, delivery_id: UUID, attempt: int, reason: str, now: datetime) -> None:
    """Send nothing this way, because it is no longer allowed or leads nowhere, and let the notice go the next."""
    delivery = _taken(delivery_id, attempt)
    if delivery is None:
        return
    delivery.state, delivery.reason, delivery.leased_until = State.SKIPPED, reason, None
    delivery.attempts -= 1
    delivery.save()
    hand_on(notice=delivery.notice, reason=reason, now=now)


def _taken(delivery_id: UUID, attempt: int) -> Delivery | None:
    """Return the delivery, locked, if the caller still holds it."""
    held = Delivery.objects.select_for_update(of=("self",)).select_related("notice__unit", "notice__person")
    return held.filter(pk=delivery_id, state=State.SENDING, attempts=attempt).first()
