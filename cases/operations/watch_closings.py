"""Hold a feed back that closes far more cases than it should: a stolen key or a broken script must not tell people that all is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.db.models.functions import TruncHour

from cases.domain.flood import ALWAYS_ALLOWED, HABIT, WINDOW, closings_allowed
from cases.models import Case, ExchangeMessage, Quarantine
from cases.models.exchange import ExchangeMessageQuerySet
from cases.operations.exchange_intake import RELEASED
from cases.permissions import EXCHANGE
from foundation.accounts.actors import Actor
from foundation.accounts.models import Feed
from foundation.audit.log import record_action
from foundation.outbox.events import publish

HELD = "exchange.feed_held"


@dataclass(frozen=True, kw_only=True)
class Flood:
    """More closings within an hour than are ordinary."""

    closes: str
    closings: int
    allowed: int


def is_held(feed: Feed) -> bool:
    """Whether the feed is held back at this moment."""
    return Quarantine.objects.filter(feed=feed, ended_at__isnull=True).exists()


def find_flood(*, feed: Feed, closings: Mapping[str, int], now: datetime) -> Flood | None:
    """Return what is too much, if ``closings`` more at once, by what they close, would be.

    What a person released is not counted again. Costs one count unless there are more than twenty within the hour.
    """
    for closes, number in closings.items():
        past = _closings(feed, closes)
        total = number + past.filter(settled_at__gt=_start(feed, now)).count()
        if total <= ALWAYS_ALLOWED:
            continue
        allowed = _allowed(feed, closes, total=total, new=number, now=now)
        if allowed is not None and total > allowed:
            return Flood(closes=closes, closings=total, allowed=allowed)
    return None


def hold_feed(*, feed: Feed, actor: Actor, flood: Flood, now: datetime) -> Quarantine:
    """Let nothing of the feed close a case until a person has looked; what it sent of other cases goes on."""
    quarantine = Quarantine.objects.create(feed=feed, closes=flood.closes, closings=flood.closings, allowed=flood.allowed, began_at=now)
    record_action(
        actor=actor,
        action="exchange.quarantine",
        capability=EXCHANGE,
        subject=feed,
        now=now,
        changes={flood.closes: (flood.allowed, flood.closings)},
    )
    publish(HELD, now=now, feed=feed.code, began_at=now.isoformat())
    return quarantine


def _closings(feed: Feed, closes: str) -> ExchangeMessageQuerySet:
    return ExchangeMessage.objects.filter(feed=feed, state=ExchangeMessage.State.APPLIED, closes=closes).exclude(code=RELEASED)


def _start(feed: Feed, now: datetime) -> datetime:
    """Count from an hour ago, or from the last time that a person looked."""
    ended = Quarantine.objects.filter(feed=feed, ended_at__isnull=False).order_by("-ended_at").values_list("ended_at", flat=True).first()
    return max(now - WINDOW, ended) if ended else now - WINDOW


def _allowed(feed: Feed, closes: str, *, total: int, new: int, now: datetime) -> int | None:
    past = _closings(feed, closes).filter(settled_at__gt=now - HABIT, settled_at__lte=now - WINDOW)
    hours = past.annotate(hour=TruncHour("settled_at")).values("hour").annotate(n=Count("pk")).order_by()
    by_hour = list(hours.values_list("n", flat=True))
    if closes == ExchangeMessage.Closes.CALL:
        return closings_allowed(by_hour=by_hour, open_cases=None)
    return closings_allowed(by_hour=by_hour, open_cases=_open_before(feed, total=total, new=new))


def _open_before(feed: Feed, *, total: int, new: int) -> int:
    """Return how many cases of the feed were open an hour ago, counting no further than the answer needs."""
    enough = total * 21
    cases = Case.objects.filter(bureau_code=feed.bureau_code, source=feed.code).live().exclude(kind="alert")
    return cases[:enough].count() + total - new
