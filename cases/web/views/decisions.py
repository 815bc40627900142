"""Decisions about a case as a whole: who handles it, how long it may take, and how far it is open."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.operations.move_deadline import extend_term, resume_clock, stop_clock
from cases.operations.set_publication import set_publication
from cases.operations.take_case import take_case
from cases.permissions import EXTEND, PUBLISH, WITHHOLD
from cases.web.forms.decisions import ExtensionForm, OfficerForm, PublicationForm
from cases.web.views.case_action import CaseAction
from cases.web.views.case_page import CaseView
from foundation.accounts.models import User
from foundation.accounts.queries import officers_at
from foundation.errors import NotAllowed


class Publication(CaseAction):
    """How far the case is open."""

    capability = WITHHOLD
    title = gettext_lazy("What the people concerned can see")
    lead = gettext_lazy("It acts from the next look-up on. Of an open case, whoever holds the receipt sees stages, dates and the unit.")

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Start from what holds now."""
        now = {"publication": case.publication, "ground": case.ground, "is_counter_only": case.is_counter_only}
        return PublicationForm(data, initial=now)

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Set it."""
        return set_publication(actor=self.actor, reference=reference, now=self.now, **given)


class Take(CaseView):
    """Taking a case in hand with one press."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Make the officer at the desk the one whom the party asks for."""
        case = self.open(reference)
        officer = request.user
        if not isinstance(officer, User):
            raise NotAllowed
        return self.press(
            case.reference,
            lambda: take_case(actor=self.actor, reference=case.reference, officer=officer, now=self.now),
            _("The case is in your hands."),
        )


class Assign(CaseAction):
    """Giving a case to a colleague."""

    capability = PUBLISH
    title = gettext_lazy("Give the case to a colleague")
    lead = gettext_lazy("The people concerned see the name and badge number of the officer who handles the case.")
    submit = gettext_lazy("Give the case")
    said = gettext_lazy("The case has another officer.")

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Offer those who can handle cases of the unit."""
        return OfficerForm(data, officers=officers_at(unit=case.unit, capability=PUBLISH))

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Give it."""
        return take_case(actor=self.actor, reference=reference, officer=given["officer"], now=self.now)


class Extend(CaseAction):
    """Lengthening a legal term."""

    capability = EXTEND
    title = gettext_lazy("Extend the legal term")
    lead = gettext_lazy("Only to what the law provides for this stage, and only before the term is over.")
    submit = gettext_lazy("Extend the term")
    said = gettext_lazy("The term is extended, and the people concerned see it.")

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Offer the steps of the law."""
        return ExtensionForm(data, case=case)

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Extend it."""
        return extend_term(actor=self.actor, reference=reference, now=self.now, **given)


class StopClock(CaseAction):
    """Stopping the clock for an expert examination."""

    capability = PUBLISH
    title = gettext_lazy("Stop the clock")
    lead = gettext_lazy("For the time of an expert examination only. The people concerned see that the clock stands still, and why.")
    submit = gettext_lazy("Stop the clock")
    said = gettext_lazy("The clock stands still.")

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask nothing but for the press."""
        return forms.Form(data)

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Stop it."""
        return stop_clock(actor=self.actor, reference=reference, now=self.now)


class ResumeClock(StopClock):
    """Letting it run again."""

    title = gettext_lazy("Let the clock run again")
    lead = gettext_lazy("The expert examination is over. The days it took are not counted.")
    submit = gettext_lazy("Let the clock run")
    said = gettext_lazy("The clock runs again.")

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Start it."""
        return resume_clock(actor=self.actor, reference=reference, now=self.now)
