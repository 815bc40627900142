"""Entering a machine that is new. It is heard once it has enrolled with a code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Machine
from foundation.devices.families import FEEDS, KIOSKS, Family
from foundation.devices.operations.register_feed import enter_feed
from foundation.devices.operations.register_kiosk import register_kiosk
from foundation.devices.web.forms import FeedForm, KioskForm
from foundation.devices.web.views.kiosks import places_for
from foundation.devices.web.views.machines import CONFLICT, REFUSED
from foundation.errors import Conflict, DomainError, NotAllowed
from foundation.faces.desk import DeskView
from foundation.faces.fields import Choices, refuse
from foundation.organisations.queries import organisation_by_code


class _Register(DeskView):
    """A page with the form for a new machine."""

    family: Family = KIOSKS
    title: Any = ""
    list_url = ""

    def form(self, places: Choices, data: Any = None) -> forms.Form:
        """Return the form."""
        raise NotImplementedError

    def carry_out(self, given: dict[str, Any]) -> Machine:
        """Make the one call."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form to whoever may enter one somewhere."""
        return self._draw(self.form(places_for(self.actor, self.family)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Enter it and go to its page, where the enrolment code is made."""
        form = self.form(places_for(self.actor, self.family), request.POST)
        if not form.is_valid():
            return self._draw(form, status=REFUSED)
        try:
            machine = self.carry_out(form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        messages.success(request, _("It is entered. Make an enrolment code when you stand before it."))
        return redirect(f"devices:{self.family.kind}", machine.reference)

    def _draw(self, form: forms.Form, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "title": self.title, "list_url": self.list_url, "is_kiosk": self.family is KIOSKS}
        return self.page("devices/register.html", context, status=status)


class RegisterKiosk(_Register):
    """``/desk/kiosks/register/``."""

    family = KIOSKS
    title = _("Register a terminal")
    list_url = "devices:kiosks"
    current = "kiosks"

    def form(self, places: Choices, data: Any = None) -> forms.Form:
        """Ask for its sticker and its place."""
        return KioskForm(data, places=places)

    def carry_out(self, given: dict[str, Any]) -> Machine:
        """Enter it."""
        place = organisation_by_code(code=given.pop("place"))
        return register_kiosk(actor=self.actor, place=place, now=self.now, **given)


class RegisterFeed(_Register):
    """``/desk/feeds/register/``."""

    family = FEEDS
    title = _("Register a feed")
    list_url = "desk:feeds"
    current = "feeds"

    def form(self, places: Choices, data: Any = None) -> forms.Form:
        """Ask for its names and its bureau."""
        return FeedForm(data, places=places)

    def carry_out(self, given: dict[str, Any]) -> Machine:
        """Enter it."""
        bureau = organisation_by_code(code=given.pop("bureau"))
        return enter_feed(actor=self.actor, bureau=bureau, now=self.now, **given)
