"""Write down how a try to hand a delivery over ended, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from foundation.failpoints import failpoint
from foundation.notifications.alarms import raise_dead_letter
from foundation.notifications.models import Attempt, Delivery, Outcome, State
from foundation.notifications.operations.hand_on import hand_on
from foundation.notifications.retries import TRIES_OF_BROKEN, pause_after

LONGEST_REASON = 40


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a try ended. ``error`` is for operators and holds nothing that a provider or a person wrote."""

    outcome: Outcome
    reason: str = ""
    provider_id: str = ""
    error: str = ""
    needs_operator: bool = False


@transaction.atomic
def record_result(*, delivery_id: UUID, attempt: int, began_at: datetime, result: Result, now: datetime) -> State:
    """Record the result of a try and return the delivery's state.

    The try of a worker that lost its lease still counts if the provider took the message; what else it says is out of date. A report
    of the provider may have come before: what is delivered stays delivered, what it called failed stays failed.
    """
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("notice__unit", "notice__person").get(pk=delivery_id)
    Attempt.objects.get_or_create(
        delivery=delivery,
        number=attempt,
        defaults={"began_at": began_at, "ended_at": now, "outcome": result.outcome, "reason": result.reason[:LONGEST_REASON]},
    )
    if result.outcome == Outcome.ACCEPTED:
        _accept(delivery, result, now=now)
    elif delivery.state == State.SENDING and delivery.attempts == attempt:
        _fail(delivery, result, now=now)
    failpoint("deliveries.recorded")
    return State(delivery.state)


def _accept(delivery: Delivery, result: Result, *, now: datetime) -> None:
    delivery.accepted_at = delivery.accepted_at or now
    delivery.provider_id = delivery.provider_id or result.provider_id[:100]
    if delivery.state in {State.SENDING, State.WAITING, State.HELD}:
        delivery.state, delivery.reason, delivery.last_error, delivery.leased_until = State.ACCEPTED, "", "", None
    delivery.save()


def _fail(delivery: Delivery, result: Result, *, now: datetime) -> None:
    delivery.leased_until, delivery.last_error = None, result.error[:120]
    delivery.reason = (result.reason or result.outcome)[:LONGEST_REASON]
    counted = delivery.attempts - delivery.forgiven
    pause = pause_after(counted, delivery=delivery.pk)
    is_hopeless = result.outcome == Outcome.BROKEN and counted >= TRIES_OF_BROKEN
    if result.outcome != Outcome.REFUSED and pause is not None and not is_hopeless:
        delivery.state, delivery.due_at = State.WAITING, now + pause
        delivery.save()
        return
    delivery.state = State.FAILED
    if result.outcome != Outcome.REFUSED or result.needs_operator:
        delivery.dead_at = now
        raise_dead_letter(delivery, now=now)
    delivery.save()
    hand_on(notice=delivery.notice, reason=delivery.reason, now=now)
