"""What those who look after machines ask about them, and what a person may read of the terminal that looked at their case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from foundation.accounts.actors import Actor
from foundation.accounts.models import Feed, Machine
from foundation.accounts.queries import names_of
from foundation.audit.models import AuditEntry
from foundation.devices.families import KIOSKS, Family
from foundation.devices.models import EnrolmentCode, Kiosk, MachineEvent
from foundation.errors import Hidden
from foundation.identifiers import NotReadable, normalise_reference
from foundation.organisations.models import Organisation, path_range

# Nine heart-beats that did not come.
SILENT_AFTER: Final = timedelta(minutes=10)
EVENTS_SHOWN: Final = 50
LONGEST_SEARCH: Final = 60


@dataclass(frozen=True, kw_only=True)
class KioskFilter:
    """What a list of terminals is narrowed to. Empty values narrow nothing."""

    place: Organisation | None = None
    state: str = ""
    is_silent: bool = False
    is_troubled: bool = False
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownEvent:
    """A line of a machine's history, with who did it in words."""

    event: MachineEvent
    who: str


def kiosks_for(actor: Actor, narrowed: KioskFilter, *, now: datetime) -> QuerySet[Kiosk]:
    """Return the terminals that the actor looks after, narrowed; the caller sorts and cuts them."""
    found = Kiosk.objects.within(*actor.paths_for(KIOSKS.capability)).select_related("place")
    if narrowed.place:
        found = found.filter(path_range(narrowed.place.path, field="place__path"))
    if narrowed.state:
        found = found.filter(state=narrowed.state)
    if narrowed.is_silent:
        found = found.filter(_silent(now))
    if narrowed.is_troubled:
        found = found.filter(is_troubled=True)
    return found.filter(_text(narrowed.text)) if narrowed.text.strip() else found


def is_silent(kiosk: Kiosk, *, now: datetime) -> bool:
    """Whether an active terminal should have been heard of by now."""
    return kiosk.state == Kiosk.State.ACTIVE and (kiosk.last_seen_at is None or kiosk.last_seen_at < now - SILENT_AFTER)


def fleet(actor: Actor, *, now: datetime) -> dict[str, int]:
    """Return how many terminals the actor looks after, by state, and as ``silent`` how many active ones are not heard of. One query."""
    mine = Kiosk.objects.within(*actor.paths_for(KIOSKS.capability))
    counts = {str(state): Count("pk", filter=Q(state=state)) for state in Machine.State}
    return mine.aggregate(total=Count("pk"), silent=Count("pk", filter=_silent(now)), **counts)


def machine_for(actor: Actor, family: Family, reference: str) -> Any:
    """Return a machine to whoever looks after it; raise ``Hidden`` for everybody else, and if there is none."""
    machine = family.named(reference).first()
    if machine is None or not actor.can(family.capability, machine.home):
        raise Hidden(capability=family.capability)
    return machine


def history_of(machine: Machine) -> list[ShownEvent]:
    """Return what happened to a machine, the latest first, with the names of the officers. Two queries."""
    rows = MachineEvent.objects.filter(machine_kind=machine.kind_of_matter, machine_reference=machine.reference)
    events = list(rows.order_by("-at", "-pk")[:EVENTS_SHOWN])
    names = names_of(event.by_reference for event in events if event.by_kind == "officer")
    return [ShownEvent(event=event, who=names.get(event.by_reference, "")) for event in events]


def waiting_code_of(machine: Machine, *, now: datetime) -> EnrolmentCode | None:
    """Return the code that the machine may still bring its key with; what it reads is stored nowhere."""
    codes = EnrolmentCode.objects.good(now).filter(machine_kind=machine.kind_of_matter, machine_reference=machine.reference)
    return codes.first()


def last_deed_at(feed: Feed) -> datetime | None:
    """Return when the feed last did something that the hall recorded."""
    deeds = AuditEntry.objects.filter(actor_kind="feed", actor_reference=feed.code).order_by("-at")
    return deeds.values_list("at", flat=True).first()


def _silent(now: datetime) -> Q:
    return Q(state=Machine.State.ACTIVE) & (Q(last_seen_at__isnull=True) | Q(last_seen_at__lt=now - SILENT_AFTER))


def _text(text: str) -> Q:
    """Match the sticker, the public reference, or the place."""
    words = text.strip()[:LONGEST_SEARCH]
    found = Q(code__icontains=words) | Q(location_zh__icontains=words) | Q(location_en__icontains=words)
    try:
        return found | Q(number=normalise_reference(words))
    except NotReadable:
        return found
