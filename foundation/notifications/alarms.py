"""When a way out of the hall is in trouble, an operator hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from foundation.audit.alarms import AlarmKind, raise_alarm, register_kind
from foundation.notifications.models import Delivery
from foundation.notifications.models.delivery import OUTWARD

LATE_AFTER: Final = timedelta(minutes=5)
WINDOW: Final = timedelta(minutes=15)
LATE_SHARE: Final = 0.15
# One of three messages that is late says nothing about a provider.
FEWEST: Final = 10

CHANNEL_LATE = AlarmKind(
    code="channel_late",
    title=_("Messages are late"),
    meaning=_("At least 15 % of the messages of one way were not handed over within five minutes, in the last quarter of an hour."),
    advice=_("Look at the provider and at the reasons on the page of deliveries. Messages go other ways in the meantime; none is lost."),
    evidence={"late": _("Late messages"), "messages": _("Messages")},
)
DEAD_LETTERS = AlarmKind(
    code="dead_letters",
    title=_("Messages were given up"),
    meaning=_("Messages could not be handed over for hours, or the hall could not make them."),
    advice=_("Mend what the reason names, such as a template or a key, then send them again: manage.py replay_deliveries."),
    evidence={"reason": _("Reason")},
)


@dataclass(frozen=True, kw_only=True)
class ChannelSubject:
    """A channel, as alarms name it."""

    reference: str
    bureau_code: str = ""
    kind_of_matter: ClassVar[str] = "channel"


def register() -> None:
    """Let notifications raise their own."""
    register_kind(CHANNEL_LATE)
    register_kind(DEAD_LETTERS)


def raise_dead_letter(delivery: Delivery, *, now: datetime) -> None:
    """Raise the alarm about a delivery that was given up: one for each channel and hour, with the latest reason."""
    raise_alarm(kind=DEAD_LETTERS.code, about=ChannelSubject(reference=delivery.channel), now=now, evidence={"reason": delivery.reason})


def watch_channels(*, now: datetime) -> list[str]:
    """Raise the alarm about each channel of which too much is late; return those channels.

    Counted are messages whose time came between five and twenty minutes ago; what a limit or the night holds has not had its time.
    """
    over = Q(accepted_at__gt=F("wanted_at") + LATE_AFTER) | Q(accepted_at__isnull=True)
    counted = (
        Delivery.objects.filter(channel__in=OUTWARD, wanted_at__gt=now - LATE_AFTER - WINDOW, wanted_at__lte=now - LATE_AFTER)
        .exclude(state="skipped")
        .values("channel")
        .annotate(messages=Count("pk"), late=Count("pk", filter=over))
        .filter(messages__gte=FEWEST)
    )
    troubled = [row for row in counted if row["late"] >= LATE_SHARE * row["messages"]]
    for row in troubled:
        raise_alarm(
            kind=CHANNEL_LATE.code,
            about=ChannelSubject(reference=row["channel"]),
            now=now,
            evidence={"late": row["late"], "messages": row["messages"]},
        )
    return [row["channel"] for row in troubled]
