"""Let what a held feed sent act after all, or drop it. A person decides; a worker carries it out, a part at a time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import ExchangeMessage, Quarantine
from cases.operations.exchange_draft import counted
from cases.operations.exchange_intake import Intake
from cases.operations.exchange_streams import lock_feed
from cases.permissions import EXCHANGE, RELEASE_FEED, check_may_at
from foundation.accounts.actors import Actor, actor_of_feed
from foundation.accounts.models import Feed
from foundation.audit.log import record_action
from foundation.errors import Conflict, NotFound
from foundation.outbox.events import publish

ENDED = "exchange.quarantine_ended"
AT_ONCE = 200


def release_quarantine(*, actor: Actor, feed_code: str, now: datetime) -> Quarantine:
    """Let the held messages close their cases, and those behind them act, in the order of each case."""
    return _end(actor=actor, feed_code=feed_code, is_released=True, now=now)


def drop_quarantine(*, actor: Actor, feed_code: str, now: datetime) -> Quarantine:
    """Refuse the held messages with the code ``dropped``; those behind them act as if they had been refused at their turn."""
    return _end(actor=actor, feed_code=feed_code, is_released=False, now=now)


@transaction.atomic
def _end(*, actor: Actor, feed_code: str, is_released: bool, now: datetime) -> Quarantine:
    feed = locked_feed_for(actor, feed_code)
    quarantine = Quarantine.objects.filter(feed=feed, ended_at__isnull=True).first()
    if quarantine is None:
        raise Conflict(_("Nothing of this feed is held."), code="not_held")
    quarantine.ended_at, quarantine.ended_by, quarantine.is_released = now, actor.label, is_released
    quarantine.save()
    held = ExchangeMessage.objects.held().filter(feed=feed)
    changes = {"messages": (held.count(), 0), "is_released": (None, is_released)}
    if not is_released:
        held.update(state=ExchangeMessage.State.REFUSED, code="dropped", closes="", payload=None)
    record_action(
        actor=actor,
        action="exchange.release" if is_released else "exchange.drop",
        capability=RELEASE_FEED,
        subject=feed,
        now=now,
        changes=changes,
    )
    publish(ENDED, now=now, feed=feed.code)
    return quarantine


@transaction.atomic
def catch_up(*, feed_code: str, now: datetime) -> int:
    """Let messages of some cases act whose turn a quarantine kept back; return of how many cases. Asks for the next part itself.

    Safe to run at any time: while the feed is held, or when nothing is left, it does nothing.
    """
    feed = lock_feed(Feed.objects.values_list("pk", flat=True).filter(code=feed_code)[0])
    if Quarantine.objects.filter(feed=feed, ended_at__isnull=True).exists():
        return 0
    waiting = _kept_back(feed)
    if waiting:
        actor = actor_of_feed(feed)
        intake = Intake(feed=feed, actor=actor, now=now, is_held=False)
        intake.load(also=waiting)
        intake.settle()
        intake.draft.write()
        record_action(
            actor=actor,
            action="exchange.catch_up",
            capability=EXCHANGE,
            subject=feed,
            now=now,
            changes=counted(intake.draft.answered.values()),
        )
        publish(ENDED, now=now, feed=feed.code)
    return len(waiting)


def _kept_back(feed: Feed) -> list[str]:
    """Return cases with a message that was held, or dropped ahead of its turn."""
    unsettled = ExchangeMessage.objects.unsettled().filter(feed=feed)
    held = unsettled.filter(state=ExchangeMessage.State.QUARANTINED) | unsettled.filter(code="dropped")
    return list(held.order_by("source_case_id").values_list("source_case_id", flat=True).distinct()[:AT_ONCE])


def locked_feed_for(actor: Actor, feed_code: str) -> Feed:
    """Return a feed to whoever looks after the feeds of its bureau, locked; raise ``NotFound`` or ``NotAllowed``."""
    pk = Feed.objects.values_list("pk", flat=True).filter(code=feed_code).first()
    if pk is None:
        raise NotFound(_("There is no feed with this code."), code="feed_not_found")
    feed = lock_feed(pk)
    check_may_at(actor, RELEASE_FEED, feed.bureau)
    return feed
