"""Deliveries and people to be called as a desk sees them: recognisable, and never more than the work needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from foundation.accounts.actors import Actor
from foundation.audit.log import record_look
from foundation.audit.models import AccessEntry
from foundation.encryption.masking import mask_name
from foundation.errors import Hidden
from foundation.notifications.addresses import address_for, reader_of
from foundation.notifications.masking import mask_address
from foundation.notifications.models import Channel, Delivery, Notice, Unreached
from foundation.notifications.models.unreached import LOOK_AFTER
from foundation.notifications.operations.hand_on import IN_PERSON
from foundation.notifications.operations.resend import is_again_possible, may_look_after
from foundation.notifications.queries import deliveries_of
from foundation.notifications.routes import route_of
from foundation.notifications.shown import ShownWay, reason_in_words, shown_ways, title_of
from foundation.organisations.models import Organisation


@dataclass(frozen=True, kw_only=True)
class Row:
    """One delivery of the list; ``who`` and ``address`` are masked."""

    notice_id: UUID
    title: str | Promise
    reference: str
    who: str
    address: str
    unit: Organisation | None
    way: ShownWay


@dataclass(frozen=True, kw_only=True)
class Call:
    """One person of the worklist."""

    id: UUID
    notice_id: UUID
    title: str | Promise
    reference: str
    who: str
    unit: Organisation | None
    reason: str | Promise
    is_in_person: bool
    since: datetime


@dataclass(frozen=True, kw_only=True)
class WayAtDesk:
    """A way that a message went, and whether it can be sent again."""

    way: ShownWay
    address: str
    can_resend: bool


@dataclass(frozen=True, kw_only=True)
class NoticeAtDesk:
    """One message with all its ways. ``phone`` is in full where the person is to be called, and nowhere else."""

    notice: Notice
    title: str | Promise
    who: str
    ways: list[WayAtDesk]
    unreached: Unreached | None
    reason: str | Promise
    is_in_person: bool
    phone: str


def name_of(notice: Notice) -> str:
    """Return who was told, masked; an officer by name."""
    if notice.person is not None:
        return mask_name(notice.person.name)
    return notice.officer.display_name if notice.officer else ""


def _address_of(notice: Notice, channel: str) -> str:
    address = address_for(notice, channel, route=route_of(notice.route))
    return mask_address(channel, address) if address else ""


def row_of_delivery(delivery: Delivery) -> Row:
    """Return one line of the list."""
    notice = delivery.notice
    return Row(
        notice_id=notice.pk,
        title=title_of(notice.event),
        reference=notice.subject_reference,
        who=name_of(notice),
        address=_address_of(notice, delivery.channel),
        unit=notice.unit,
        way=shown_ways([delivery])[0],
    )


def row_of_call(row: Unreached) -> Call:
    """Return one line of the worklist."""
    notice = row.notice
    return Call(
        id=row.pk,
        notice_id=notice.pk,
        title=title_of(notice.event),
        reference=notice.subject_reference,
        who=name_of(notice),
        unit=notice.unit,
        reason=reason_in_words(row.reason, is_over=True),
        is_in_person=row.reason == IN_PERSON,
        since=row.opened_at,
    )


def notice_at_desk(*, actor: Actor, notice_id: UUID, now: datetime) -> NoticeAtDesk:
    """Return one message for a desk, and write down the look; raise ``Hidden`` for one of another unit."""
    notice = Notice.objects.select_related("unit", "person", "officer", "unreached").filter(pk=notice_id).first()
    if notice is None or not may_look_after(actor, notice):
        raise Hidden(capability=LOOK_AFTER)
    unreached = getattr(notice, "unreached", None)
    is_open = unreached is not None and unreached.settled_at is None
    is_in_person = route_of(notice.route).is_told_in_person
    record_look(viewer=actor, subject=notice, reason=AccessEntry.Reason.HANDLING, now=now)
    ways = [way for way in shown_ways(deliveries_of([notice.pk])) if way.delivery.channel != Channel.IN_APP]
    return NoticeAtDesk(
        notice=notice,
        title=title_of(notice.event),
        who=(notice.person.name if notice.person else "") if is_open else name_of(notice),
        ways=[_way_at_desk(notice, way) for way in ways],
        unreached=unreached,
        reason=reason_in_words(unreached.reason, is_over=True) if unreached else "",
        is_in_person=is_in_person,
        phone=_phone_of(notice) if is_open and not is_in_person else "",
    )


def _way_at_desk(notice: Notice, way: ShownWay) -> WayAtDesk:
    channel = way.delivery.channel
    return WayAtDesk(way=way, address=_address_of(notice, channel), can_resend=is_again_possible(way.delivery))


def _phone_of(notice: Notice) -> str:
    """Return the number at which the person may be called: the safe one of the matter, or their own."""
    route = route_of(notice.route)
    if route.channels is not None and Channel.SMS not in route.channels:
        return ""
    reader = reader_of(notice)
    return address_for(notice, Channel.SMS, route=route) or getattr(reader, "phone", "")
