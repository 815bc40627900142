"""Mandates at the desk: find them, record guardians, companies and their agents, and put an end to what no longer holds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import Conflict, DomainError, NotAllowed, NotFound
from foundation.faces import desk
from foundation.faces.desk import Desk, Item, Section
from foundation.faces.fields import refuse
from foundation.mandates.at_the_desk import latest_rows, masked_row, whole_row
from foundation.mandates.operations.appoint_agent import appoint_agent
from foundation.mandates.operations.end_mandate import end_mandate
from foundation.mandates.operations.find_mandates import Found, company_to_handle, find_mandates, look_at_company, look_at_mandate
from foundation.mandates.operations.record_guardianship import record_guardianship
from foundation.mandates.operations.register_company import register_company
from foundation.mandates.permissions import REGISTER, check_may_search
from foundation.mandates.queries import Row
from foundation.mandates.web.forms import AgentForm, CompanyForm, EndForm, FindForm, GuardianshipForm
from foundation.organisations.models import Organisation

CURRENT = "mandates"
REFUSED, CONFLICT = 422, 409


def register() -> None:
    """Tell the desk."""
    desk.register(_sections, order=40)


def _sections(at: Desk) -> Iterator[Section]:
    if at.actor.paths_for(REGISTER):
        line = Item(label=gettext_lazy("Guardians and agents"), href=reverse("mandates:home"), is_current=at.current == CURRENT)
        yield Section(title=gettext_lazy("Acting for others"), items=(line,))


class MandateView(desk.DeskView):
    """A page of mandates at the desk."""

    unit_capability = REGISTER
    current = CURRENT

    def own_unit(self) -> Organisation:
        """Return the unit at which the officer records; raise ``NotAllowed`` for who records nowhere."""
        check_may_search(self.actor)
        unit = self.unit()
        if unit is None:
            raise NotAllowed
        return unit


class Home(MandateView):
    """``/desk/mandates/``. The number to find comes in a post: in an address it would stay in logs and histories."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the box, and what the unit recorded last."""
        return self._draw(FindForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show what was found; each mandate that is found counts as looked at."""
        form, found = FindForm(request.POST), None
        if form.is_valid():
            try:
                found = find_mandates(actor=self.actor, number=form.cleaned_data["number"], now=self.now)
            except NotAllowed:
                raise
            except DomainError as error:
                refuse(form, error)
        return self._draw(form, found)

    def _draw(self, form: FindForm, found: Found | None = None) -> HttpResponse:
        unit = self.own_unit()
        rows = found.mandates if found else latest_rows(unit)
        context = {
            "unit": unit,
            "form": form,
            "found": found,
            "rows": [masked_row(row, now=self.now) for row in rows],
        }
        return self.page("mandates/desk/home.html", context, status=REFUSED if form.errors else 200)


class _Recording(MandateView):
    """A page with one form that records something."""

    form_class: type[forms.Form] = forms.Form
    title: str | Promise = ""
    lead: str | Promise = ""
    submit: str | Promise = ""
    said: str | Promise = ""

    def check(self, **kwargs: Any) -> None:
        """Let pass who may know of what the address names, or raise ``Hidden``."""

    @abstractmethod
    def carry_out(self, form: Any, unit: Organisation, **kwargs: Any) -> str:
        """Make the one call; return where to go then."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form to who may send it."""
        self.check(**kwargs)
        self.own_unit()
        return self._draw(self.form_class())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Record it, or show what was typed again with why it cannot be."""
        self.check(**kwargs)
        unit, form = self.own_unit(), self.form_class(request.POST)
        if not form.is_valid():
            return self._draw(form, status=REFUSED)
        try:
            address = self.carry_out(form, unit, **kwargs)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        messages.success(request, str(self.said))
        return redirect(address)

    def _draw(self, form: forms.Form, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "title": self.title, "lead": self.lead, "submit": self.submit}
        return self.page("mandates/desk/record.html", context, status=status)


class RecordGuardianship(_Recording):
    """Who acts for a child."""

    form_class = GuardianshipForm
    title = gettext_lazy("Record a guardian")
    lead = gettext_lazy("Both identity cards and the proof lie before you. The guardian then follows the child's matters by signing in.")
    submit = gettext_lazy("Record the guardian")
    said = gettext_lazy("Recorded. The guardian can act for the child from now on.")

    def carry_out(self, form: GuardianshipForm, unit: Organisation, **kwargs: Any) -> str:
        """Record it."""
        given = form.cleaned_data
        made = record_guardianship(
            actor=self.actor,
            unit=unit,
            child=form.named("child"),
            guardian=form.named("guardian"),
            now=self.now,
            **{name: given[name] for name in ("kind", "evidence", "until_on")},
        )
        return reverse("mandates:mandate", args=(made.reference,))


class RegisterCompany(_Recording):
    """A company."""

    form_class = CompanyForm
    title = gettext_lazy("Register a company")
    lead = gettext_lazy("Name and code as on the business licence. Then record who acts for it.")
    submit = gettext_lazy("Register the company")
    said = gettext_lazy("Registered. Record now who acts for the company.")

    def carry_out(self, form: CompanyForm, unit: Organisation, **kwargs: Any) -> str:
        """Register it."""
        made = register_company(actor=self.actor, unit=unit, now=self.now, **form.cleaned_data)
        return reverse("mandates:company", args=(made.reference,))


class AppointAgent(_Recording):
    """Who acts for a company."""

    form_class = AgentForm
    title = gettext_lazy("Record an agent")
    lead = gettext_lazy("The agent's identity card and the letter of authority lie before you.")
    submit = gettext_lazy("Record the agent")
    said = gettext_lazy("Recorded. The agent can act for the company from now on.")

    def check(self, **kwargs: Any) -> None:
        """Let pass who may decide on the company's agents."""
        company_to_handle(self.actor, str(kwargs["reference"]))

    def carry_out(self, form: AgentForm, unit: Organisation, **kwargs: Any) -> str:
        """Record it."""
        given, company = form.cleaned_data, str(kwargs["reference"])
        appoint_agent(
            actor=self.actor,
            unit=unit,
            company=company,
            agent=form.named("agent"),
            now=self.now,
            **{name: given[name] for name in ("is_legal_representative", "scopes", "evidence", "until_on")},
        )
        return reverse("mandates:company", args=(company,))


class CompanyPage(MandateView):
    """One company with its agents."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it; each agent counts as looked at."""
        company, rows = look_at_company(actor=self.actor, reference=reference, now=self.now)
        return self.page("mandates/desk/company.html", {"company": company, "rows": [masked_row(row, now=self.now) for row in rows]})


class MandatePage(MandateView):
    """One mandate: who, for whom, on what proof, until when; and its end."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it; the look is recorded."""
        return self._draw(look_at_mandate(actor=self.actor, reference=reference, now=self.now), EndForm())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """End it for a reason."""
        row, form = look_at_mandate(actor=self.actor, reference=reference, now=self.now), EndForm(request.POST)
        if form.is_valid():
            try:
                end_mandate(actor=self.actor, reference=reference, reason=form.cleaned_data["reason"], now=self.now)
            except (NotAllowed, NotFound):
                raise
            except DomainError as error:
                messages.error(request, str(error.message))
            else:
                messages.success(request, _("Ended. From the next click on it allows nothing more."))
            return redirect("mandates:mandate", reference)
        return self._draw(row, form, status=REFUSED)

    def _draw(self, row: Row, form: EndForm, *, status: int = 200) -> HttpResponse:
        return self.page("mandates/desk/mandate.html", {"mandate": whole_row(row, now=self.now), "form": form}, status=status)
