"""Take a batch of messages of a feed: each acts once, in the order of its case, and gets an answer of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import DataError, IntegrityError, OperationalError, transaction

from cases.domain.exchange import Broken, Message
from cases.exchange_queries import TAKEN
from cases.models import ExchangeMessage
from cases.operations.exchange_draft import counted
from cases.operations.exchange_intake import Answer, Intake
from cases.operations.exchange_streams import lock_feed
from cases.operations.watch_closings import find_flood, hold_feed, is_held
from cases.permissions import EXCHANGE, check_may_at
from foundation.accounts.actors import Actor
from foundation.accounts.models import Feed
from foundation.audit.log import record_action
from foundation.errors import NotAllowed, Unavailable
from foundation.failpoints import failpoint

log = structlog.get_logger("hall.exchange")

NOT_STORED = "not_stored"
_LOCKED_OUT = ("55P03", "40P01")


def take_exchange_batch(*, actor: Actor, feed: Feed, items: Sequence[Message | Broken], now: datetime) -> list[Answer]:
    """Carry out what can be, keep what has to wait, and return an answer for each message in the order given.

    The batch is one transaction: whoever is told "applied" finds it so after any crash, and whoever gets no answer sends the same
    again. Should the database refuse a row that all checks let through, the batch is taken case by case, so that one message cannot
    keep 499 others out. Raises ``NotAllowed``, or ``Unavailable`` while another batch of the feed takes too long.
    """
    check_may_at(actor, EXCHANGE, feed.bureau)
    try:
        try:
            return _take(actor=actor, feed=feed, items=items, now=now)
        except (IntegrityError, DataError) as error:
            log.exception("exchange.row_refused", feed=feed.code, exc_info=error)
            return _take_apart(actor=actor, feed=feed, items=items, now=now)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) in _LOCKED_OUT:
            raise Unavailable(retry_after=2) from error
        raise


@transaction.atomic
def _take(*, actor: Actor, feed: Feed, items: Sequence[Message | Broken], now: datetime) -> list[Answer]:
    locked = lock_feed(feed.pk)
    if locked.state != Feed.State.ACTIVE:
        raise NotAllowed(code="feed_suspended")
    held = is_held(locked)
    intake = Intake(feed=locked, actor=actor, now=now, is_held=held, items=items)
    answers = intake.run()
    if not held and (flood := find_flood(feed=locked, closings=intake.closings, now=now)):
        hold_feed(feed=locked, actor=actor, flood=flood, now=now)
        # Nothing of the batch is written yet; it is taken again, and this time nothing in it closes a case.
        intake = Intake(feed=locked, actor=actor, now=now, is_held=True, items=items)
        answers = intake.run()
    intake.draft.write()
    repeated = sum(answer.is_repeated for answer in answers)
    changes = counted(intake.draft.received) | ({"repeated": (0, repeated)} if repeated else {})
    record_action(actor=actor, action=TAKEN, capability=EXCHANGE, subject=locked, now=now, changes=changes)
    failpoint("exchange.written")
    return answers


def _take_apart(*, actor: Actor, feed: Feed, items: Sequence[Message | Broken], now: datetime) -> list[Answer]:
    """Take the messages of each case in a transaction of its own; those of a case that fails are refused and not kept."""
    places: dict[str | None, list[int]] = {}
    for place, item in enumerate(items):
        places.setdefault(item.envelope.source_case_id if item.envelope else None, []).append(place)
    answers: dict[int, Answer] = {}
    for of_case in places.values():
        own = [items[place] for place in of_case]
        try:
            found = _take(actor=actor, feed=feed, items=own, now=now)
        except (IntegrityError, DataError) as error:
            log.exception("exchange.case_refused", feed=feed.code, exc_info=error)
            found = [_not_stored(item) for item in own]
        answers |= dict(zip(of_case, found, strict=True))
    return [answers[place] for place in range(len(items))]


def _not_stored(item: Message | Broken) -> Answer:
    return Answer(message_id=item.message_id, state=ExchangeMessage.State.REFUSED, code=NOT_STORED)
