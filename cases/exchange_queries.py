"""What those who look after feeds ask about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from cases.models import ExchangeMessage, Quarantine
from cases.permissions import MANAGE_FEED, RELEASE_FEED
from foundation.accounts.actors import Actor
from foundation.accounts.models import Feed
from foundation.audit.models import AuditEntry
from foundation.organisations.models import path_range

# What a batch leaves in the audit log.
TAKEN: Final = "exchange.take"


@dataclass(frozen=True, kw_only=True)
class FeedGlance:
    """How a feed is. ``waiting`` and ``held`` count messages; ``waiting_since`` is when the oldest that waits came."""

    feed: Feed
    last_batch_at: datetime | None
    waiting: int
    waiting_since: datetime | None
    held: int
    quarantine: Quarantine | None

    def __str__(self) -> str:
        last = self.last_batch_at.isoformat(timespec="seconds") if self.last_batch_at else "never"
        parts = [f"{self.feed.code}: {self.feed.state}, last batch {last}, {self.waiting} waiting, {self.held} held"]
        if self.waiting_since:
            parts.append(f"oldest since {self.waiting_since.isoformat(timespec='seconds')}")
        if self.quarantine:
            parts.append(f"held since {self.quarantine.began_at.isoformat(timespec='seconds')}: {self.quarantine.closings} closings")
            parts[-1] += f" within an hour, {self.quarantine.allowed} are ordinary"
        return "; ".join(parts)


def feeds_for(actor: Actor) -> QuerySet[Feed]:
    """Return the feeds of the bureaus whose feeds the actor admits, or decides for when one is held."""
    reach = Q(pk__in=())
    for path in {*actor.paths_for(RELEASE_FEED), *actor.paths_for(MANAGE_FEED)}:
        reach |= path_range(path, field="bureau__path")
    return Feed.objects.filter(reach).select_related("bureau").order_by("code")


def feeds_at_a_glance(feeds: QuerySet[Feed] | None = None) -> list[FeedGlance]:
    """Return how feeds are, all of them unless some are given. Three queries, however many they are."""
    batches = AuditEntry.objects.filter(actor_kind="feed", actor_reference=OuterRef("code"), action=TAKEN).order_by("-at").values("at")
    every = Feed.objects.select_related("bureau").order_by("code") if feeds is None else feeds
    chosen = list(every.annotate(last_batch_at=Subquery(batches[:1])))
    unsettled = ExchangeMessage.objects.unsettled().filter(feed__in=chosen).values("feed_id")
    counted = unsettled.annotate(
        waiting=Count("pk", filter=Q(state="waiting")),
        since=Min("received_at", filter=Q(state="waiting")),
        held=Count("pk", filter=Q(state="quarantined")),
    )
    by_feed = {row["feed_id"]: row for row in counted.order_by()}
    held = {quarantine.feed_id: quarantine for quarantine in Quarantine.objects.filter(feed__in=chosen, ended_at__isnull=True)}
    nothing = {"waiting": 0, "since": None, "held": 0}
    return [_glance(feed, feed.last_batch_at, by_feed.get(feed.pk, nothing), held.get(feed.pk)) for feed in chosen]


def _glance(feed: Feed, last_batch_at: datetime | None, counted: Mapping[str, Any], quarantine: Quarantine | None) -> FeedGlance:
    return FeedGlance(
        feed=feed,
        last_batch_at=last_batch_at,
        waiting=counted["waiting"],
        waiting_since=counted["since"],
        held=counted["held"],
        quarantine=quarantine,
    )


def waiting_cases(feed: Feed, *, at_most: int = 100) -> list[tuple[str, int, int, datetime]]:
    """Return cases of which messages wait: name, the first number that waits, how many wait, since when; the oldest first."""
    rows = ExchangeMessage.objects.unsettled().filter(feed=feed, state=ExchangeMessage.State.WAITING).values("source_case_id")
    counted = rows.annotate(first=Min("source_sequence"), number=Count("pk"), since=Min("received_at")).order_by("since")[:at_most]
    return [(row["source_case_id"], row["first"], row["number"], row["since"]) for row in counted]
