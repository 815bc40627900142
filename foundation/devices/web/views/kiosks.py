"""The list of terminals, and what is said of one: where it stands and what its screen tells."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Machine
from foundation.accounts.queries import units_for
from foundation.devices.families import KIOSKS, Family
from foundation.devices.models import Kiosk
from foundation.devices.operations.update_kiosk import move_kiosk, set_notice
from foundation.devices.queries import KioskFilter, fleet, is_silent, kiosks_for
from foundation.devices.web.forms import FilterForm, LocationForm, NoticeForm
from foundation.devices.web.views.machines import COLOURS, CONFLICT, REFUSED, MachineView
from foundation.errors import Conflict, DomainError, NotAllowed, NotFound
from foundation.faces.desk import DeskView
from foundation.faces.fields import Choices, refuse
from foundation.keyset import keyset_page
from foundation.organisations.models import Organisation
from foundation.organisations.queries import organisation_by_code

PAGE = 25
ORDER = ("place__path", "code", "number")


class Kiosks(DeskView):
    """The terminals that the officer looks after, by organisation."""

    current = "kiosks"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show a page of the list. The number of queries does not depend on what is in it."""
        if not self.actor.paths_for(KIOSKS.capability):
            raise NotAllowed(capability=KIOSKS.capability)
        form = FilterForm(request.GET, places=choices_of(units_for(self.actor, KIOSKS.capability).select_related("parent")))
        narrowed = _narrowed(form)
        found = kiosks_for(self.actor, narrowed, now=self.now)
        page = keyset_page(query=found, ordering=ORDER, size=PAGE, cursor=request.GET.get("cursor") or None)
        context = {
            "form": form,
            "rows": [_row(kiosk, is_silent=is_silent(kiosk, now=self.now)) for kiosk in page.items],
            "fleet": fleet(self.actor, now=self.now),
            "is_narrowed": narrowed != KioskFilter(),
            "next_url": _address(request, page.next),
            "previous_url": _address(request, page.previous),
        }
        return self.page("devices/kiosks.html", context)


def _narrowed(form: FilterForm) -> KioskFilter:
    """Return what was asked for; what cannot be understood narrows nothing and is told above the list."""
    form.is_valid()
    given = form.cleaned_data
    place = Organisation.objects.filter(code=given["place"]).first() if given.get("place") else None
    return KioskFilter(
        place=place,
        state=given.get("state", ""),
        is_silent=given.get("health") == "silent",
        is_troubled=given.get("health") == "trouble",
        text=given.get("text", ""),
    )


def _row(kiosk: Kiosk, *, is_silent: bool) -> dict[str, Any]:
    return {"kiosk": kiosk, "is_silent": is_silent, "colour": COLOURS[kiosk.state]}


def _address(request: HttpRequest, cursor: str | None) -> str:
    kept = {name: value for name, value in request.GET.items() if name in FilterForm.base_fields and value}
    return f"?{urlencode(kept | {'cursor': cursor})}" if cursor else ""


def choices_of(units: Any) -> Choices:
    """Return organisations as choices by code, stations under the branch that they belong to."""
    groups: dict[str, Choices] = {}
    for unit in units:
        above = unit.name if unit.kind != Organisation.Kind.STATION or unit.parent is None else unit.parent.name
        groups.setdefault(above, []).append((unit.code, unit.name))
    return list(groups.items())


def places_for(actor: Actor, family: Family) -> Choices:
    """Return where the actor may enter machines of the kind; raise ``NotAllowed`` if nowhere."""
    if not actor.paths_for(family.capability):
        raise NotAllowed(capability=family.capability)
    units = units_for(actor, family.capability).select_related("parent")
    return choices_of(units if family is KIOSKS else units.filter(parent__isnull=True, is_outside=False))


class _Saying(MachineView):
    """A page with one form about a terminal."""

    title: Any = ""
    lead: Any = ""
    said: Any = ""

    def form(self, kiosk: Kiosk, data: Any = None) -> forms.Form:
        """Return the form with what holds now, or with what was sent."""
        raise NotImplementedError

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Make the one call."""
        raise NotImplementedError

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show the form."""
        kiosk = self.machine(reference)
        return self._draw(kiosk, self.form(kiosk))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Do it, or say why it cannot be done."""
        kiosk = self.machine(reference)
        form = self.form(kiosk, request.POST)
        if not form.is_valid():
            return self._draw(kiosk, form, status=REFUSED)
        try:
            self.carry_out(reference, form.cleaned_data)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(kiosk, form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        messages.success(request, self.said)
        return redirect("devices:kiosk", reference)

    def _draw(self, kiosk: Machine, form: forms.Form, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "title": self.title, "lead": self.lead, "submit": _("Save")}
        return self.draw("action.html", kiosk, context, status=status)


class Move(_Saying):
    """Where it stands."""

    title = _("Move the terminal")
    lead = _("People whose case is looked at here read this place in the list of looks.")
    said = _("It stands there from now on.")

    def form(self, kiosk: Kiosk, data: Any = None) -> forms.Form:
        """Begin with the present place."""
        initial = {"place": kiosk.place.code, "location_zh": kiosk.location_zh, "location_en": kiosk.location_en}
        return LocationForm(data, initial=initial, places=places_for(self.actor, KIOSKS))

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Move it."""
        place = organisation_by_code(code=given.pop("place"))
        return move_kiosk(actor=self.actor, reference=reference, place=place, now=self.now, **given)


class Notice(_Saying):
    """What its screen says."""

    title = _("Notice on its screen")
    lead = _("Shown above the choices, within a minute. Leave both empty to take it away.")
    said = _("The terminal shows it with its next heart-beat.")

    def form(self, kiosk: Kiosk, data: Any = None) -> forms.Form:
        """Begin with the present notice."""
        return NoticeForm(data, initial={"notice_zh": kiosk.notice_zh, "notice_en": kiosk.notice_en})

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Set it."""
        return set_notice(actor=self.actor, reference=reference, now=self.now, **given)
