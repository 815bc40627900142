"""Hand a notice to the next way that leads to its reader; where there is none, to the unit."""

from __future__ import annotations

from datetime import datetime

from foundation.notifications.addresses import address_for, reader_of
from foundation.notifications.channels import channel_called
from foundation.notifications.kinds import kind_called
from foundation.notifications.models import Channel, Delivery, Notice, State, Unreached
from foundation.notifications.models.delivery import OUTWARD
from foundation.notifications.preferences import channels_for, not_before
from foundation.notifications.queueing import hurry_after_commit
from foundation.notifications.routes import Route, route_of

IN_PERSON = "in_person"
QUIET = "quiet_hours"
TOGETHER = "told_together"


def hand_on(*, notice: Notice, reason: str, now: datetime) -> Delivery | None:
    """Let the notice go the first way that was not tried yet; return its delivery, or None where no way is left.

    ``reason`` is why the way before it failed, empty for a notice that is new. News of a matter of which a message still waits goes
    with that one, unless it is mandatory. A notice that was to leave the hall, could not, and
    matters enough comes into the unit's worklist. Writes in the caller's transaction, which holds the delivery that failed.
    """
    route = route_of(notice.route)
    waiting = None if reason or notice.is_mandatory else _already_on_its_way(notice)
    if waiting is not None:
        _tell_together(notice, channel=Channel(waiting.channel), now=now)
        return None
    channel = _next_way(notice, route=route, now=now)
    if channel is not None:
        return open_delivery(notice=notice, channel=channel, now=now)
    if route.is_told_in_person:
        give_to_unit(notice=notice, reason=IN_PERSON, now=now)
    elif reason and kind_called(notice.event).unit_tells:
        give_to_unit(notice=notice, reason=reason, now=now)
    return None


def open_delivery(*, notice: Notice, channel: Channel, now: datetime, round_number: int = 1) -> Delivery:
    """Write down that the notice goes this way, as soon as its reader's night is over, and ask for a worker after the commit."""
    due = not_before(reader_of(notice), notice.event, now)
    is_night = due > now
    delivery = Delivery.objects.create(
        notice=notice,
        channel=channel,
        round=round_number,
        state=State.HELD if is_night else State.WAITING,
        reason=QUIET if is_night else "",
        is_mandatory=notice.is_mandatory,
        created_at=now,
        wanted_at=due,
        due_at=due,
    )
    if not is_night:
        hurry_after_commit(channel)
    return delivery


def _already_on_its_way(notice: Notice) -> Delivery | None:
    """Return a message about the same matter that has not left yet: it says the same, and who reads it finds both."""
    same = {"person": notice.person, "officer": notice.officer, "event": notice.event, "route": notice.route}
    of_matter = {"subject_kind": notice.subject_kind, "subject_reference": notice.subject_reference}
    others = Notice.objects.filter(**same, **of_matter).exclude(pk=notice.pk)
    return Delivery.objects.filter(notice__in=others, channel__in=OUTWARD, state__in=(State.WAITING, State.HELD)).first()


def _tell_together(notice: Notice, *, channel: Channel, now: datetime) -> None:
    Delivery.objects.create(
        notice=notice,
        channel=channel,
        state=State.SKIPPED,
        reason=TOGETHER,
        is_mandatory=False,
        created_at=now,
        wanted_at=now,
        due_at=now,
    )


def give_to_unit(*, notice: Notice, reason: str, now: datetime) -> None:
    """Put the notice into the unit's worklist; one that was settled and failed anew is open again."""
    Unreached.objects.update_or_create(
        notice=notice,
        defaults={
            "path": notice.unit.path if notice.unit else "",
            "reason": reason,
            "opened_at": now,
            "settled_at": None,
            "settled_by": "",
            "settled_how": "",
        },
    )


def _next_way(notice: Notice, *, route: Route, now: datetime) -> Channel | None:
    tried = set(notice.deliveries.values_list("channel", flat=True))
    for channel in channels_for(reader_of(notice), notice.event, now):
        is_open = channel in OUTWARD and channel not in tried and (route.channels is None or channel in route.channels)
        if is_open and channel_called(channel).is_set_up() and address_for(notice, channel, route=route):
            return Channel(channel)
    return None
