"""The frame of every desk page: who is at the desk, of which unit, and what waits there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from cases.permissions import COMPLAINT, READ, REGISTER, RELEASE_FEED
from cases.queries import WORKLISTS, complaints_for, units_for, worklist_sizes
from foundation import clock
from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.middleware import actor_of_request
from foundation.errors import NotFound
from foundation.organisations.models import Organisation

MOST_COUNTED = 1000
UNIT_IN_SESSION = "desk_unit"
_URGENT = frozenset({"due", "overdue", "no-code"})


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the side navigation; ``shortcut`` is written as in ``aria-keyshortcuts``."""

    label: str | Promise
    href: str
    count: str | None = None
    is_attention: bool = False
    is_current: bool = False
    shortcut: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """Lines under one heading."""

    title: str | Promise
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What ``base_desk.html`` draws around a page."""

    officer_name: str
    unit_name: str
    sections: tuple[Section, ...]


class DeskView(View):
    """A page of the desk. For whoever is no officer there is no desk: 404."""

    actor: Actor
    now: datetime
    current = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find out who is at the desk, once a request."""
        self.actor = actor_of_request(request)
        if self.actor.kind != ActorKind.OFFICER:
            raise NotFound
        self.now = clock.now()
        return super().dispatch(request, *args, **kwargs)

    def page(self, template: str, context: dict[str, Any], *, status: int = 200, current: str | None = None) -> HttpResponse:
        """Draw a page within the frame of the unit that the officer works in just now."""
        unit = context.get("unit") or self.unit()
        frame = desk_frame(actor=self.actor, unit=unit, current=self.current if current is None else current, now=self.now)
        return render(self.request, f"cases/desk/{template}", {"desk": frame, **context}, status=status)

    def unit(self) -> Organisation | None:
        """Return the unit that was worked in last, or the first that the officer may read at; none without any."""
        units = units_for(self.actor)
        code = self.request.session.get(UNIT_IN_SESSION)
        return (units.filter(code=code).first() if code else None) or units.first()

    def unit_by_code(self, code: str) -> Organisation:
        """Return a unit at which the officer may read, and remember it; raise ``NotFound``."""
        unit = units_for(self.actor).filter(code=code).first()
        if unit is None:
            raise NotFound
        if self.request.session.get(UNIT_IN_SESSION) != unit.code:
            self.request.session[UNIT_IN_SESSION] = unit.code
        return unit


def desk_frame(*, actor: Actor, unit: Organisation | None, current: str, now: datetime) -> Frame:
    """Return the frame; ``current`` names the line that the page belongs to. A fixed number of queries, however much waits."""
    sections = [_unit_section(actor, unit, current, now)] if unit else []
    tasks = _tasks(actor, current)
    if tasks:
        sections.append(Section(title=_("Work"), items=tuple(tasks)))
    return Frame(officer_name=actor.name, unit_name=unit.name if unit else "", sections=tuple(sections))


def _unit_section(actor: Actor, unit: Organisation, current: str, now: datetime) -> Section:
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


def _tasks(actor: Actor, current: str) -> list[Item]:
    tasks = []
    if actor.paths_for(REGISTER):
        tasks.append(Item(label=_("Register a report"), href=reverse("desk:register"), is_current=current == "register", shortcut="Alt+R"))
    if actor.paths_for(READ):
        tasks.append(Item(label=_("Find a case"), href=reverse("desk:find"), is_current=current == "find", shortcut="Alt+S"))
    if actor.paths_for(COMPLAINT):
        waiting = complaints_for(actor).filter(answered_at__isnull=True).order_by()[:MOST_COUNTED].count()
        label, href = _("Complaints about units below"), reverse("desk:complaints")
        tasks.append(Item(label=label, href=href, count=_figure(waiting), is_attention=waiting > 0, is_current=current == "complaints"))
    if actor.paths_for(RELEASE_FEED):
        tasks.append(Item(label=_("Feeds"), href=reverse("desk:feeds"), is_current=current == "feeds"))
    return tasks


def _figure(count: int) -> str:
    """A list is counted so far and no further: what a long one costs would be paid on every page."""
    return f"{count}+" if count >= MOST_COUNTED else str(count)
