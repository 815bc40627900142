"""What the logs add to the desk: a section for those who oversee."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.audit.alarm_models import ALARM_READ, Alarm
from foundation.audit.operations.search_log import bureaus_of
from foundation.faces import desk
from foundation.faces.desk import Desk, Item, Section

MOST_COUNTED = 100


def register() -> None:
    """Tell the desk."""
    desk.register(sections, order=80)


def sections(at: Desk) -> Iterator[Section]:
    """Return the section, with what the officer's posts let them see. One query, for those who read alarms."""
    yield Section(title=_("Oversight"), items=tuple(_items(at)))


def _items(at: Desk) -> Iterator[Item]:
    if at.actor.paths_for(ALARM_READ):
        waiting = Alarm.objects.visible_to(at.actor).open()[:MOST_COUNTED].count()
        count = f"{waiting}+" if waiting >= MOST_COUNTED else str(waiting)
        yield Item(
            label=_("Alarms"),
            href=reverse("oversight:alarms"),
            count=count,
            is_attention=waiting > 0,
            is_current=at.current == "alarms",
        )
    if bureaus_of(at.actor):
        yield Item(label=_("Audit log"), href=reverse("oversight:logs"), is_current=at.current == "logs")
