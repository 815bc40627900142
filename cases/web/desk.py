"""What cases add to the desk: the unit's worklists and the tasks of the officer's posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.permissions import COMPLAINT, MANAGE_FEED, READ, REGISTER, RELEASE_FEED
from cases.queries import WORKLISTS, complaints_for, worklist_sizes
from foundation.accounts.actors import Actor
from foundation.faces import desk
from foundation.faces.desk import Desk, Item, Section
from foundation.organisations.models import Organisation

MOST_COUNTED = 1000
_URGENT = frozenset({"due", "overdue", "no-code"})


class CaseDeskView(desk.DeskView):
    """A page of cases at the desk, for units at which the officer may read them."""

    unit_capability = READ

    def page(self, template: str, context: dict[str, Any], *, status: int = 200, current: str | None = None) -> HttpResponse:
        """Draw one of the templates of ``cases/desk/``."""
        return super().page(f"cases/desk/{template}", context, status=status, current=current)


def register() -> None:
    """Tell the desk."""
    desk.register(_sections, order=10)


def _sections(at: Desk) -> Iterator[Section]:
    if at.unit and at.actor.can(READ, at.unit):
        yield _unit_section(at.unit, at.current, at.now)
    yield Section(title=_("Work"), items=tuple(_tasks(at.actor, at.current)))


def _unit_section(unit: Organisation, current: str, now: datetime) -> Section:
    sizes = worklist_sizes(unit=unit, now=now, at_most=MOST_COUNTED)
    items = [
        Item(
            label=label,
            href=reverse("desk:worklist", args=(unit.code, name)),
            count=_figure(sizes[name]) if name in sizes else None,
            is_attention=name in _URGENT and sizes.get(name, 0) > 0,
            is_current=current == name,
        )
        for name, label in WORKLISTS.items()
    ]
    return Section(title=_("Cases of the unit"), items=tuple(items))


def _tasks(actor: Actor, current: str) -> Iterator[Item]:
    if actor.paths_for(REGISTER):
        yield Item(label=_("Register a report"), href=reverse("desk:register"), is_current=current == "register", shortcut="Alt+R")
    if actor.paths_for(READ):
        yield Item(label=_("Find a case"), href=reverse("desk:find"), is_current=current == "find", shortcut="Alt+S")
    if actor.paths_for(COMPLAINT):
        waiting = complaints_for(actor).filter(answered_at__isnull=True).order_by()[:MOST_COUNTED].count()
        label, href = _("Complaints about units below"), reverse("desk:complaints")
        yield Item(label=label, href=href, count=_figure(waiting), is_attention=waiting > 0, is_current=current == "complaints")
    if looks_after_feeds(actor):
        yield Item(label=_("Feeds"), href=reverse("desk:feeds"), is_current=current == "feeds")


def looks_after_feeds(actor: Actor) -> bool:
    """Whether the actor admits feeds somewhere, or decides what becomes of one that is held."""
    return bool(actor.paths_for(RELEASE_FEED) or actor.paths_for(MANAGE_FEED))


def _figure(count: int) -> str:
    """A list is counted so far and no further: what a long one costs would be paid on every page."""
    return f"{count}+" if count >= MOST_COUNTED else str(count)
