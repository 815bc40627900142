"""Take what a provider reports of a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from foundation.notifications.models import Delivery, State, Unreached
from foundation.notifications.operations.hand_on import hand_on

DELIVERED: Final = "delivered"
FAILED: Final = "failed"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a provider says of one message: ``sent``, ``delivered`` or ``failed``, and when."""

    reference: str
    status: str
    reason: str
    at: datetime


def record_reports(*, reports: Sequence[Report], now: datetime) -> int:
    """Record reports, each in a transaction of its own; return how many changed something."""
    return sum(record_report(reference=row.reference, status=row.status, reason=row.reason, at=row.at, now=now) for row in reports)


@transaction.atomic
def record_report(*, reference: str, status: str, reason: str, at: datetime, now: datetime) -> bool:
    """Record one report; return whether it changed anything.

    Reports come late, twice and in any order, and for references that are not ours: none of that changes anything. What was delivered
    never goes back. A message that was taken and then failed goes the next way; one that arrived after all is delivered.
    """
    delivery = _find(reference)
    if delivery is None or delivery.state in {State.DELIVERED, State.SKIPPED}:
        return False
    if status == DELIVERED:
        _deliver(delivery, at=min(at, now))
        _close(delivery, now=now)
        return True
    if status == FAILED and delivery.state != State.FAILED:
        delivery.state, delivery.reason, delivery.leased_until = State.FAILED, reason[:40] or FAILED, None
        delivery.save()
        hand_on(notice=delivery.notice, reason=delivery.reason, now=now)
        return True
    return False


def _find(reference: str) -> Delivery | None:
    try:
        key = UUID(reference)
    except ValueError:
        return None
    return Delivery.objects.select_for_update(of=("self",)).select_related("notice__unit", "notice__person").filter(pk=key).first()


def _deliver(delivery: Delivery, *, at: datetime) -> None:
    delivery.state, delivery.reason, delivery.leased_until, delivery.dead_at = State.DELIVERED, "", None, None
    delivery.accepted_at, delivery.delivered_at = delivery.accepted_at or at, at
    delivery.save()


def _close(delivery: Delivery, *, now: datetime) -> None:
    """The person was reached after all: nobody has to."""
    Unreached.objects.open().filter(notice=delivery.notice).update(
        settled_at=now, settled_by="system", settled_how=Unreached.Settled.NOT_NEEDED
    )
