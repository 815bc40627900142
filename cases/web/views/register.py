"""Registering a report at the counter, up to the receipt in the person's hand."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from cases.models import Category
from cases.operations.hand_over_code import hand_over_code
from cases.operations.register_report import register_report
from cases.permissions import REGISTER
from cases.web.desk import CaseDeskView
from cases.web.forms.fields import category_choices, this_minute
from cases.web.forms.report import MOST_PEOPLE, PeopleFormSet, ReportForm, people_with_one_more
from cases.web.views.case_page import CONFLICT, REFUSED
from cases.web.views.receipt import render_receipt
from cases.web.views.worklists import unit_choices
from foundation.errors import DomainError, NotAllowed, RuleViolated
from foundation.faces.desk import UNIT_IN_SESSION
from foundation.faces.fields import Choices, refuse
from foundation.idempotency.errors import KeyReused, StillRunning
from foundation.idempotency.run_once import KeyedRequest, run_once
from foundation.idempotency.sealing import Answer
from foundation.organisations.queries import organisation_by_code

PEOPLE = "people"
_KEPT_HEADERS = ("Content-Type", "Content-Language", "Referrer-Policy")


class Register(CaseDeskView):
    """``/desk/register/``."""

    current = "register"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show an empty form: just now, at the unit that the officer works in."""
        units = self._units()
        initial = {"key": uuid.uuid4().hex, "unit": self._likely_unit(units), "reported_at": this_minute(self.now), "publication": ""}
        return self._draw(self._form(units, initial=initial), PeopleFormSet(prefix=PEOPLE))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Register and show the receipt. Sending the same form again shows the same receipt and registers nothing."""
        units = self._units()
        if request.POST.get("intent") == "add-person":
            return self._draw(self._form(units, initial=request.POST.dict()), people_with_one_more(request.POST, prefix=PEOPLE))
        form, people = self._form(units, data=request.POST), PeopleFormSet(request.POST, prefix=PEOPLE)
        if not (form.is_valid() & people.is_valid()):
            return self._draw(form, people, status=REFUSED)
        try:
            return self._register_once(form, people)
        except (KeyReused, StillRunning):
            return self._sent_before(units, people)
        except NotAllowed:
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(form, people, status=error.status)

    def _register_once(self, form: ReportForm, people: Any) -> HttpResponse:
        """Register and hand the code over in one transaction with the form's key; the receipt is kept sealed under that key."""
        answers: list[HttpResponse] = []

        def run() -> Answer:
            answers.append(self._register(form, people))
            headers = {name: answers[0][name] for name in _KEPT_HEADERS if name in answers[0]}
            return Answer(status=200, headers=headers, body=answers[0].content)

        fields = {name: value for name, value in self.request.POST.lists() if name not in {"csrfmiddlewaretoken", "key"}}
        asked = KeyedRequest(
            actor=self.actor.label,
            route="desk:register",
            key=form.cleaned_data["key"],
            content=json.dumps(fields, sort_keys=True).encode(),
        )
        kept = run_once(request=asked, now=self.now, run=run)
        return HttpResponse(kept.body, headers=kept.headers) if kept else answers[0]

    def _register(self, form: ReportForm, people: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        category = Category.objects.get(code=given.pop("category"))
        unit = organisation_by_code(code=given.pop("unit"))
        del given["key"]
        case = register_report(actor=self.actor, unit=unit, category=category, parties=people.given(), now=self.now, **given)
        return render_receipt(self.request, hand_over_code(actor=self.actor, reference=case.reference, now=self.now))

    def _sent_before(self, units: Choices, people: Any) -> HttpResponse:
        """Somebody went back and changed what was registered already; it may be another report, so a fresh key is put in."""
        data = self.request.POST.copy()
        data["key"] = uuid.uuid4().hex
        form = self._form(units, data=data)
        message = _("A report was registered from this page already. If this is another one, send it again.")
        refuse(form, RuleViolated(message, code="registered_already"))
        return self._draw(form, people, status=CONFLICT)

    def _units(self) -> Choices:
        units = unit_choices(self.actor, REGISTER)
        if not units:
            raise NotAllowed(capability=REGISTER)
        return units

    def _likely_unit(self, units: Choices) -> str:
        codes = [code for _group, choices in units for code, _name in choices]
        last = self.request.session.get(UNIT_IN_SESSION)
        return str(last if last in codes else codes[0])

    def _form(self, units: Choices, **given: Any) -> ReportForm:
        categories = category_choices(Category.objects.filter(is_active=True))
        return ReportForm(units=units, categories=categories, **given)

    def _draw(self, form: ReportForm, people: Any, *, status: int = 200) -> HttpResponse:
        can_add = people.total_form_count() < MOST_PEOPLE
        return self.page("register.html", {"form": form, "people": people, "can_add": can_add}, status=status)
