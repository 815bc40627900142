"""What waits at a unit, and finding one case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.operations.find_cases import MOST_FOUND, find_cases
from cases.permissions import READ
from cases.queries import ORDER, WORKLISTS, worklist
from cases.web.desk import CaseDeskView
from cases.web.forms.matters import FindForm
from foundation.accounts.actors import Actor
from foundation.accounts.queries import units_for
from foundation.errors import DomainError, NotAllowed
from foundation.faces.desk import Desk, frame_of
from foundation.faces.fields import Choices, refuse
from foundation.keyset import keyset_page
from foundation.organisations.models import Organisation

PAGE = 25
_EMPTY = {
    "new": _("Every case of the unit is in somebody's hands."),
    "due": _("No term ends within three days."),
    "overdue": _("No term is over."),
    "waiting": _("Nobody waits for a reply."),
    "no-code": _("Every reporter has a code."),
    "all": _("The unit has no case yet."),
}


class Home(CaseDeskView):
    """``/desk/``: the list of new cases of a unit, or of the one that was chosen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the officer to their list; say so if no post of theirs reads cases."""
        unit = self.unit_by_code(request.GET["unit"]) if request.GET.get("unit") else self.unit()
        if unit is None:
            # Who reads no cases begins with what their post is for.
            first = frame_of(Desk(actor=self.actor, unit=None, current="", now=self.now)).first_task
            return redirect(first) if first else self.page("no_unit.html", {})
        return redirect("desk:worklist", unit.code, "new")


class Worklist(CaseDeskView):
    """One list of one unit, 25 cases a page."""

    def get(self, request: HttpRequest, code: str, name: str) -> HttpResponse:
        """Show a page of the list. The number of queries does not depend on what is in it."""
        unit = self.unit_by_code(code)
        cases = worklist(actor=self.actor, unit=unit, name=name, now=self.now)
        page = keyset_page(query=cases, ordering=ORDER[name], size=PAGE, cursor=request.GET.get("cursor") or None)
        context = {
            "unit": unit,
            "name": name,
            "title": WORKLISTS[name],
            "empty": _EMPTY[name],
            "cases": page.items,
            "next_url": f"?cursor={page.next}" if page.next else "",
            "previous_url": f"?cursor={page.previous}" if page.previous else "",
            "units": unit_choices(self.actor, READ),
            "now": self.now,
        }
        return self.page("worklist.html", context, current=name)


class Find(CaseDeskView):
    """Finding a case by a number. The number comes in a post: an ID number in an address would stay in logs and histories."""

    current = "find"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the box to who may read cases somewhere."""
        if not self.actor.paths_for(READ):
            raise NotAllowed
        return self.page("find.html", {"form": FindForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what was found; each hit is a look that the people concerned can see."""
        form = FindForm(request.POST)
        found: list[Case] | None = None
        if form.is_valid():
            try:
                found = find_cases(actor=self.actor, now=self.now, **form.cleaned_data)
            except NotAllowed:
                raise
            except DomainError as error:
                refuse(form, error)
        context = {"form": form, "cases": found, "is_cut": found is not None and len(found) == MOST_FOUND, "now": self.now}
        return self.page("find.html", context, status=200 if form.is_valid() else 422)


def unit_choices(actor: Actor, capability: str) -> Choices:
    """Return the units at which an officer holds a capability, grouped by the one above; nothing to choose if there is one only."""
    return grouped_by_parent(units_for(actor, capability).select_related("parent"))


def grouped_by_parent(units: Iterable[Organisation]) -> Choices:
    """Return units as choices by code: stations under the branch that they belong to."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for unit in units:
        above = unit.name if unit.kind != Organisation.Kind.STATION or unit.parent is None else unit.parent.name
        groups.setdefault(above, []).append((unit.code, unit.name))
    return list(groups.items())
