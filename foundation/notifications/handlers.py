"""What the foundation's own apps have people told of, after it is committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from foundation.accounts.models import Grant, Person, PhoneChange, User
from foundation.accounts.notices import TOLD
from foundation.audit.alarm_models import ALARM_READ, Alarm, is_of_a_bureau
from foundation.audit.alarms import RAISED
from foundation.notifications import routes
from foundation.notifications.models import Channel
from foundation.notifications.operations.notify import notify
from foundation.notifications.routes import Route
from foundation.outbox.events import register as on


def register() -> None:
    """Tell the outbox, and who asks where a notice goes."""
    on(TOLD, tell_of_sign_in)
    on(RAISED, tell_of_alarm)
    routes.register("change", route_of_change)


def tell_of_sign_in(payload: Mapping[str, Any], now: datetime) -> None:
    """Tell somebody that the way they sign in changed; of another number, the number that it replaces."""
    change = payload.get("change", "")
    person = _person_of(payload)
    if person is None:
        return
    notify(
        event=payload["kind"],
        person=person,
        subject_kind="account",
        subject_reference=str(person.pk),
        occurrence=payload["reference"],
        language=payload["language"],
        route=f"change:{change}" if change else "",
        now=now,
    )


def _person_of(payload: Mapping[str, Any]) -> Person | None:
    if "change" in payload:
        change = PhoneChange.objects.select_related("person").filter(pk=payload["change"]).first()
        return change.person if change else None
    return Person.objects.filter(pk=payload["person"]).first()


def route_of_change(key: str) -> Route:
    """A number that is replaced hears of it as long as it is known: it may be in the hands of the one who should object."""
    change = PhoneChange.objects.filter(pk=key).first()
    if change is None or not change.old_number:
        return Route(channels=())
    return Route(channels=(Channel.SMS,), addresses={Channel.SMS: change.old_number})


def tell_of_alarm(payload: Mapping[str, Any], now: datetime) -> None:
    """Tell the officers who may look into an alarm, and nobody else; never the one whom it is about."""
    alarm = Alarm.objects.get(reference=payload["alarm"])
    for officer in officers_in_charge(alarm):
        notify(
            event="alarm",
            officer=officer,
            subject_kind="alarm",
            subject_reference=alarm.reference,
            values={"alarm": alarm.reference, "kind": alarm.kind},
            now=now,
        )


def officers_in_charge(alarm: Alarm) -> list[User]:
    """Return who may read the alarm: at its place or above; about the hall as a whole, those of a whole bureau."""
    grants = Grant.objects.live().filter(user__is_active=True, role__capabilities__contains=[ALARM_READ])
    found = {}
    for grant in grants.select_related("user", "organisation"):
        path = grant.organisation.path
        is_in_charge = alarm.path.startswith(path) if alarm.path else is_of_a_bureau(path)
        if is_in_charge and grant.user.reference != alarm.subject_reference:
            found[grant.user.pk] = grant.user
    return list(found.values())
