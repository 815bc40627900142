"""The frame of a resident's own pages below ``/my/``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views import View

from foundation import clock
from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.middleware import actor_of_request
from foundation.errors import Hidden

Count = Callable[[Actor], int]


@dataclass(frozen=True, kw_only=True)
class _Entry:
    order: int
    label: str | Promise
    url_name: str
    count: Count | None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the menu of own pages; ``count`` is how much waits there."""

    label: str | Promise
    href: str
    is_current: bool
    count: int = 0


_entries: list[_Entry] = []


def register(url_name: str, label: str | Promise, *, order: int, count: Count | None = None) -> None:
    """Let an app add a page to the menu; the lowest ``order`` comes first. ``url_name`` is also what the page's view calls ``current``.

    ``count`` says how much waits for the resident there, at the cost of one query a page.
    """
    _entries.append(_Entry(order=order, label=label, url_name=url_name, count=count))
    _entries.sort(key=lambda entry: entry.order)


def menu(current: str, actor: Actor) -> tuple[Item, ...]:
    """Return the menu with one line marked."""
    return tuple(
        Item(
            label=each.label,
            href=reverse(each.url_name),
            is_current=each.url_name == current,
            count=each.count(actor) if each.count else 0,
        )
        for each in _entries
    )


class MyView(View):
    """A page of a resident. Who is none has nothing here: 404, like a matter that is closed, dark or somebody else's."""

    actor: Actor
    now: datetime
    current = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find out who it is, once a request."""
        self.actor = actor_of_request(request)
        if self.actor.kind != ActorKind.RESIDENT:
            raise Hidden
        self.now = clock.now()
        return super().dispatch(request, *args, **kwargs)

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Draw a page beside the menu of own pages; templates extend ``base_my.html``."""
        return render(self.request, template, {"my": menu(self.current, self.actor), **context}, status=status)
