"""What machines add to the desk."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.devices.families import KIOSKS
from foundation.devices.queries import fleet
from foundation.faces import desk
from foundation.faces.desk import Desk, Item, Section


def register() -> None:
    """Tell the desk."""
    desk.register(_sections, order=40)


def _sections(at: Desk) -> Iterator[Section]:
    if not at.actor.paths_for(KIOSKS.capability):
        return
    counts = fleet(at.actor, now=at.now)
    waiting = counts["silent"]
    item = Item(
        label=_("Terminals"),
        href=reverse("devices:kiosks"),
        count=str(waiting) if waiting else None,
        is_attention=waiting > 0,
        is_current=at.current == "kiosks",
    )
    yield Section(title=_("Machines"), items=(item,))
