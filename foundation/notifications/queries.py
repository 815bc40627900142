"""What people and desks see of what was told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from foundation.accounts.actors import Actor, ActorKind
from foundation.audit.alarm_models import is_of_a_bureau
from foundation.notifications.models import Channel, Delivery, Notice, State, Unreached
from foundation.notifications.models.delivery import OPEN, OUTWARD
from foundation.notifications.models.notice import NoticeQuerySet
from foundation.notifications.models.unreached import LOOK_AFTER
from foundation.organisations.models import path_range

ORDER: Final = ("-created_at", "pk")
# A desk counts what it can still do something about; what went well is counted for a day.
COUNTED_FOR: Final = timedelta(days=1)
MOST_COUNTED: Final = 999


def own_notices(actor: Actor) -> NoticeQuerySet:
    """Return a resident's own notices."""
    return Notice.objects.filter(person__user__pk=actor.user_id or 0, is_hidden=False)


def count_unread(actor: Actor) -> int:
    """Return how many messages wait to be read. One query."""
    if actor.kind != ActorKind.RESIDENT or actor.id_number_index is None:
        return 0
    return own_notices(actor).unread()[: MOST_COUNTED + 1].count()


def deliveries_for(actor: Actor) -> QuerySet[Delivery]:
    """Return what left the hall, or was to, of the units that the actor looks after."""
    condition = Q(pk__in=())
    for path in actor.paths_for(LOOK_AFTER):
        condition |= path_range(path, field="notice__unit__path")
        if is_of_a_bureau(path):
            condition |= Q(notice__unit__isnull=True)
    rows = Delivery.objects.filter(condition, channel__in=OUTWARD)
    return rows.select_related("notice__unit", "notice__person", "notice__officer")


@dataclass(frozen=True, kw_only=True)
class DeliveryFilter:
    """What the list is narrowed to; empty words narrow nothing."""

    channel: str = ""
    state: str = ""
    text: str = ""

    def of(self, rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
        """Return the rows that fit."""
        if self.channel:
            rows = rows.filter(channel=self.channel)
        if self.state:
            rows = rows.filter(_STATES[self.state])
        return rows.filter(notice__subject_reference=self.text.upper()) if self.text else rows


_STATES: Final = {
    "under-way": Q(state__in=OPEN),
    "handed-over": Q(state=State.ACCEPTED),
    "delivered": Q(state=State.DELIVERED),
    "failed": Q(state=State.FAILED),
    "given-up": Q(state=State.FAILED, dead_at__isnull=False),
    "not-sent": Q(state=State.SKIPPED),
}
STATES: Final = tuple(_STATES)


def counts_for(actor: Actor, *, now: datetime) -> dict[str, int]:
    """Return what stands at the top of the page, in two queries: what waits for somebody, and how the last day went."""
    recent = Q(created_at__gt=now - COUNTED_FOR)
    figures: dict[str, Any] = {
        "under_way": Count("pk", filter=Q(state__in=OPEN)),
        "delivered": Count("pk", filter=recent & Q(state__in=(State.ACCEPTED, State.DELIVERED))),
        "failed": Count("pk", filter=recent & Q(state=State.FAILED)),
        "given_up": Count("pk", filter=Q(dead_at__isnull=False)),
    }
    found: dict[str, int] = deliveries_for(actor).filter(recent | Q(state__in=OPEN) | Q(dead_at__isnull=False)).aggregate(**figures)
    return {"to_call": Unreached.objects.visible_to(actor).open().count(), **found}


def worklist_for(actor: Actor) -> QuerySet[Unreached]:
    """Return the people whom the hall could not reach, who waits longest first."""
    rows = Unreached.objects.visible_to(actor).open()
    return rows.select_related("notice__unit", "notice__person", "notice__officer")


def deliveries_of(notices: Iterable[UUID]) -> QuerySet[Delivery]:
    """Return every delivery of some notices with its tries, the first before the second."""
    return Delivery.objects.filter(notice__in=notices).prefetch_related("tries").order_by("created_at", "channel", "round")


def ways_of(notice: Notice) -> QuerySet[Delivery]:
    """Return the ways that a notice went outside the hall."""
    return Delivery.objects.filter(notice=notice).exclude(channel=Channel.IN_APP).order_by("created_at")
