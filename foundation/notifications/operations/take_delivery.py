"""Take the next due delivery of a channel for sending: a lease, committed before anybody outside hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from foundation.notifications.models import Attempt, Delivery, Outcome, State

# Far longer than any call may take: whoever holds a lease that ran out is dead, or as good as dead.
LEASE: Final = timedelta(seconds=60)


@transaction.atomic
def take_delivery(*, channel: str, now: datetime, only: UUID | None = None) -> Delivery | None:
    """Return the delivery that comes first, in the state ``sending`` and with one try more, or None if nothing is due.

    Of many workers each gets another one: a row that is being taken is passed over. One whose worker died comes again when its lease is
    over, and that try is written down as lost. ``now`` is the database's time.
    """
    due = Delivery.objects.due(now).filter(channel=channel).in_order().select_for_update(of=("self",), skip_locked=True)
    delivery = (due.filter(pk=only) if only else due).first()
    if delivery is None:
        return None
    if delivery.state == State.SENDING:
        lost = {"began_at": (delivery.leased_until or now) - LEASE, "ended_at": now, "outcome": Outcome.LOST}
        Attempt.objects.get_or_create(delivery=delivery, number=delivery.attempts, defaults=lost)
    delivery.state, delivery.leased_until, delivery.reason = State.SENDING, now + LEASE, ""
    delivery.attempts += 1
    delivery.save(update_fields=["state", "leased_until", "reason", "attempts"])
    return delivery
