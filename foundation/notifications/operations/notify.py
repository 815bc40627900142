"""Tell somebody of something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from foundation.accounts.models import Person, User
from foundation.notifications.kinds import kind_called
from foundation.notifications.models import Channel, Delivery, Notice, State
from foundation.notifications.operations.hand_on import hand_on
from foundation.notifications.preferences import language_of
from foundation.notifications.routes import route_of
from foundation.organisations.models import Organisation


@transaction.atomic
def notify(  # noqa: PLR0913 - what is told to whom about what has that many sides, and each is named where it is told
    *,
    event: str,
    subject_kind: str,
    subject_reference: str,
    now: datetime,
    person: Person | None = None,
    officer: User | None = None,
    values: Mapping[str, Any] | None = None,
    occurrence: str = "",
    route: str = "",
    unit: Organisation | None = None,
    language: str = "",
) -> Notice:
    """Tell a resident or an officer, once for each event, subject and ``occurrence``; return the notice.

    Meant for handlers of the outbox, in whose transaction it writes; called again it changes nothing and returns what it wrote then.
    The notice stands under the reader's own messages at once; what leaves the hall is sent by workers after the commit, not in the
    reader's quiet hours. ``values`` are public references and codes for the template, never personal data. ``route`` names what may
    forbid some ways (``foundation.notifications.routes``), ``unit`` whose worklist it comes to when no way leads to the reader.
    """
    kind = kind_called(event)
    reader: Person | User | None = person or officer
    if reader is None or (person is not None and officer is not None):
        raise ValueError("a notice is for one resident or one officer")
    is_hidden = route_of(route).is_told_in_person
    notice, is_new = Notice.objects.get_or_create(
        person=person,
        officer=officer,
        event=event,
        subject_kind=subject_kind,
        subject_reference=subject_reference,
        occurrence=occurrence,
        defaults={
            "values": dict(values or {}),
            "language": language or language_of(reader),
            "is_mandatory": kind.is_mandatory,
            "is_hidden": is_hidden,
            "route": route,
            "unit": unit,
            "created_at": now,
        },
    )
    if is_new:
        if not is_hidden:
            _show(notice, now=now)
        hand_on(notice=notice, reason="", now=now)
    return notice


def _show(notice: Notice, *, now: datetime) -> None:
    """The hall itself is a channel that never fails: the row is the message."""
    Delivery.objects.create(
        notice=notice,
        channel=Channel.IN_APP,
        state=State.DELIVERED,
        is_mandatory=notice.is_mandatory,
        created_at=now,
        wanted_at=now,
        due_at=now,
        accepted_at=now,
        delivered_at=now,
    )
