"""What being told adds to own pages and to the desk."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.faces import desk, my
from foundation.faces.desk import Desk, Item, Section
from foundation.notifications.models import Unreached
from foundation.notifications.models.unreached import LOOK_AFTER
from foundation.notifications.queries import MOST_COUNTED, count_unread
from foundation.notifications.web.wishes import FOR_MAIL
from foundation.one_time_codes import purposes


def register() -> None:
    """Tell both frames, and what codes by mail are for."""
    my.register("messages:list", _("Messages from the hall"), order=20, count=count_unread)
    my.register("preferences:home", _("How I am told"), order=85)
    desk.register(_sections, order=30)
    purposes.register(FOR_MAIL, purposes.everybody, channel="email")


def _sections(at: Desk) -> Iterator[Section]:
    if not at.actor.paths_for(LOOK_AFTER):
        return
    waiting = Unreached.objects.visible_to(at.actor).open()[: MOST_COUNTED + 1].count()
    items = (
        Item(
            label=_("To be told by you"),
            href=reverse("deliveries:to-call"),
            count=str(waiting) if waiting else None,
            is_attention=waiting > 0,
            is_current=at.current == "deliveries",
        ),
        Item(label=_("All messages sent"), href=reverse("deliveries:all"), is_current=at.current == "all-deliveries"),
    )
    yield Section(title=_("Messages to people"), items=items)
