"""Sending what is due over one channel: lease, commit, call with no database connection held, record.

Runs in workers. All times are the database's: a worker whose clock is wrong takes nothing early and holds nothing long.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from threading import BoundedSemaphore
from typing import Final
from uuid import UUID

import structlog

from foundation import clock
from foundation.failpoints import failpoint
from foundation.notifications.addresses import address_for, reader_of
from foundation.notifications.channels import channel_called
from foundation.notifications.channels.base import Message, Refused, Unavailable
from foundation.notifications.models import Channel, Delivery, Outcome
from foundation.notifications.operations.hand_on import IN_PERSON, QUIET
from foundation.notifications.operations.put_back import hold, leave_out
from foundation.notifications.operations.record_result import Result, record_result
from foundation.notifications.operations.take_delivery import take_delivery
from foundation.notifications.outside import without_database
from foundation.notifications.preferences import not_before
from foundation.notifications.routes import route_of
from foundation.notifications.shown import values_of
from foundation.notifications.templates import MissingTemplate, MissingValue, render
from foundation.notifications.text_budget import Budget, take_text
from foundation.notifications.unsubscribing import address_for_leaving

# Of one channel in one process: a provider that hangs takes so many threads and no more, the others' are free.
AT_ONCE: Final = 4
SECONDS_AT_A_STRETCH: Final = 15.0
LIMIT: Final = "limit"

log = structlog.get_logger(__name__)
_slots: Final = {channel: BoundedSemaphore(AT_ONCE) for channel in ("sms", "email", "wechat")}


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A delivery with all that is needed to hand it over; ``budget`` is what was counted for a text."""

    delivery: Delivery
    address: str
    message: Message
    budget: Budget


def drain(channel: str) -> tuple[int, bool]:
    """Send what is due over a channel; return how many tries were made, and whether more may be due.

    Safe to run as often and as many times at once as one likes: beyond :data:`AT_ONCE` in one process it leaves at once, for those
    who work take everything that is due.
    """
    if not _slots[channel].acquire(blocking=False):
        return 0, False
    until, tries = time.monotonic() + SECONDS_AT_A_STRETCH, 0
    try:
        while time.monotonic() < until:
            if not send_next(channel):
                return tries, False
            tries += 1
        return tries, True
    finally:
        _slots[channel].release()


def send_next(channel: str, *, only: UUID | None = None) -> bool:
    """Try to hand over the next due delivery of a channel; return whether there was one."""
    now = clock.database_now()
    delivery = take_delivery(channel=channel, now=now, only=only)
    if delivery is None:
        return False
    failpoint("deliveries.taken")
    try:
        ready = _prepare(delivery, now=now)
    except (MissingTemplate, MissingValue) as error:
        _record(delivery, Result(outcome=Outcome.BROKEN, reason=_word(error), error=str(error)), began_at=now)
        return True
    except Exception as error:
        log.exception("notifications.message_broken", delivery=str(delivery.pk))
        _record(delivery, Result(outcome=Outcome.BROKEN, reason="broken", error=type(error).__name__), began_at=now)
        return True
    if ready is not None:
        _hand_over(ready, channel=channel, began_at=now)
    return True


def _word(error: Exception) -> str:
    return "template_missing" if isinstance(error, MissingTemplate) else "value_missing"


def _prepare(delivery: Delivery, *, now: datetime) -> Ready | None:
    """Return what to send, or None where the delivery was put back: its reader sleeps, a limit is reached, or the way is shut by now."""
    notice, attempt = delivery.notice, delivery.attempts
    route = route_of(notice.route)
    morning = not_before(reader_of(notice), notice.event, now)
    if morning > now:
        hold(delivery_id=delivery.pk, attempt=attempt, until=morning, reason=QUIET)
        return None
    if route.channels is not None and delivery.channel not in route.channels:
        leave_out(delivery_id=delivery.pk, attempt=attempt, reason=IN_PERSON if route.is_told_in_person else "not_allowed", now=now)
        return None
    address = address_for(notice, delivery.channel, route=route)
    if not address:
        leave_out(delivery_id=delivery.pk, attempt=attempt, reason="no_address", now=now)
        return None
    message = replace(render(notice.event, delivery.channel, notice.language, values_of(notice)), unsubscribe=address_for_leaving(delivery))
    budget = take_text(address, is_ordinary=not notice.is_mandatory, now=now) if delivery.channel == Channel.SMS else Budget()
    if budget.until is not None:
        hold(delivery_id=delivery.pk, attempt=attempt, until=budget.until, reason=LIMIT)
        return None
    return Ready(delivery=delivery, address=address, message=message, budget=budget)


def _hand_over(ready: Ready, *, channel: str, began_at: datetime) -> None:
    with without_database():
        result = _ask_provider(ready, channel=channel)
        failpoint("deliveries.accepted")
    if result.outcome in {Outcome.UNAVAILABLE, Outcome.REFUSED}:
        ready.budget.give_back()
    if result.needs_operator:
        log.error("alarm.provider_needs_operator", channel=channel, reason=result.reason)
    _record(ready.delivery, result, began_at=began_at)


def _ask_provider(ready: Ready, *, channel: str) -> Result:
    try:
        found = channel_called(channel).hand_over(address=ready.address, message=ready.message, reference=str(ready.delivery.pk))
    except Refused as error:
        return Result(outcome=Outcome.REFUSED, reason=error.reason)
    except Unavailable as error:
        outcome = Outcome.UNKNOWN if error.is_unknown else Outcome.UNAVAILABLE
        return Result(outcome=outcome, reason=error.reason, error=error.reason, needs_operator=error.needs_operator)
    except Exception as error:
        # A client with a defect: whether the message went nobody knows, and the reference keeps it from going twice.
        log.exception("notifications.client_broken", delivery=str(ready.delivery.pk))
        return Result(outcome=Outcome.UNKNOWN, reason="client_broken", error=type(error).__name__)
    return Result(outcome=Outcome.ACCEPTED, provider_id=found or "")


def _record(delivery: Delivery, result: Result, *, began_at: datetime) -> None:
    record_result(
        delivery_id=delivery.pk, attempt=delivery.attempts, began_at=began_at, result=result, now=max(clock.database_now(), began_at)
    )
