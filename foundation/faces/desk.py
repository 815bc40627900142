"""The frame of every desk page: who is at the desk, of which unit, and what waits there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.views import View

from foundation import clock
from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.middleware import actor_of_request
from foundation.accounts.queries import units_for
from foundation.errors import Hidden
from foundation.organisations.models import Organisation

UNIT_IN_SESSION = "desk_unit"


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
    """Lines under one heading; ``is_personal`` if they are of the officer's own account and not of any post."""

    title: str | Promise
    items: tuple[Item, ...]
    is_personal: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What ``base_desk.html`` draws around a page."""

    officer_name: str
    unit_name: str
    sections: tuple[Section, ...]

    @property
    def first_task(self) -> str | None:
        """Where an officer begins: the first line that a post brings along."""
        return next((item.href for section in self.sections if not section.is_personal for item in section.items), None)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a provider of sections is told: the officer, the unit worked in, the line of the page at hand, the moment."""

    actor: Actor
    unit: Organisation | None
    current: str
    now: datetime


Provider = Callable[[Desk], Iterable[Section]]
_providers: list[tuple[int, Provider]] = []


def register(provider: Provider, *, order: int) -> None:
    """Let an app add sections to the desk, for those officers whose posts have a use for them; the lowest ``order`` comes first."""
    _providers.append((order, provider))
    _providers.sort(key=lambda each: each[0])


def frame_of(desk: Desk) -> Frame:
    """Return the frame of a page. A fixed number of queries, however much waits."""
    sections = tuple(section for _order, provider in _providers for section in provider(desk) if section.items)
    return Frame(officer_name=desk.actor.name, unit_name=desk.unit.name if desk.unit else "", sections=sections)


class DeskView(View):
    """A page of the desk. For whoever is no officer there is no desk: 404."""

    actor: Actor
    now: datetime
    current = ""
    unit_capability = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find out who is at the desk, once a request."""
        self.actor = actor_of_request(request)
        if self.actor.kind != ActorKind.OFFICER:
            raise Hidden
        self.now = clock.now()
        return super().dispatch(request, *args, **kwargs)

    def page(self, template: str, context: dict[str, Any], *, status: int = 200, current: str | None = None) -> HttpResponse:
        """Draw a page within the frame of the unit that the officer works in just now."""
        unit = context.get("unit") or self.unit()
        frame = frame_of(Desk(actor=self.actor, unit=unit, current=self.current if current is None else current, now=self.now))
        return render(self.request, template, {"desk": frame, **context}, status=status)

    def unit(self) -> Organisation | None:
        """Return the unit that was worked in last, or the first of the officer's posts; none without any."""
        units = units_for(self.actor, self.unit_capability)
        code = self.request.session.get(UNIT_IN_SESSION)
        return (units.filter(code=code).first() if code else None) or units.first()

    def unit_by_code(self, code: str) -> Organisation:
        """Return a unit at which the officer may work, and remember it; raise ``Hidden``."""
        unit = units_for(self.actor, self.unit_capability).filter(code=code).first()
        if unit is None:
            raise Hidden
        if self.request.session.get(UNIT_IN_SESSION) != unit.code:
            self.request.session[UNIT_IN_SESSION] = unit.code
        return unit
