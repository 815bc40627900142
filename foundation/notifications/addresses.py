"""Where a notice goes over a channel: read when it is sent, never kept with it."""

from __future__ import annotations

from foundation.accounts.models import OfficerContact, Person, User
from foundation.notifications.models import Channel, Contact, Notice
from foundation.notifications.routes import Route


def reader_of(notice: Notice) -> Person | User:
    """Return whom a notice is for."""
    reader = notice.person or notice.officer
    if reader is None:
        raise ValueError(f"notice {notice.pk} is for nobody")
    return reader


def address_for(notice: Notice, channel: str, *, route: Route) -> str:
    """Return the address, or nothing where there is none that was proved to be the reader's."""
    way = Channel(channel)
    if way in route.addresses:
        return route.addresses[way]
    return _own_address(notice, way) or route.known.get(way, "")


def _own_address(notice: Notice, way: Channel) -> str:
    if way == Channel.SMS:
        return _phone_of(notice)
    owner = {"person": notice.person} if notice.person else {"officer": notice.officer}
    contact = Contact.objects.filter(channel=way, verified_at__isnull=False, **owner).first()
    return contact.address if contact else ""


def _phone_of(notice: Notice) -> str:
    if notice.person is not None:
        return notice.person.phone if notice.person.phone_verified_at else ""
    contact = OfficerContact.objects.filter(user=notice.officer, is_active=True).first()
    return contact.phone if contact else ""
