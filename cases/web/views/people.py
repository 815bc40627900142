"""The people of a case: add one, see one in full, remove one; and keep out who acts for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.operations.change_parties import add_party, change_telling, remove_party
from cases.operations.exclude_from_case import exclude_from_case, readmit_to_case
from cases.permissions import PARTIES, check_may
from cases.web.forms.matters import ExclusionForm
from cases.web.forms.report import PersonForm, TellingForm
from cases.web.views.case_action import CaseAction
from cases.web.views.case_page import CaseView
from foundation.accounts.step_up import require_recent_authentication
from foundation.errors import NotFound
from foundation.mandates.operations.enter_person import Named


class AddParty(CaseAction):
    """Letting one more person follow the case."""

    capability = PARTIES
    title = gettext_lazy("Add a person to the case")
    lead = gettext_lazy("A person with an ID number can sign in and follow the case with its details.")
    submit = gettext_lazy("Add the person")
    said = gettext_lazy("The person can follow the case now.")
    anchor = "people"
    asks_who_it_is = True

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask who it is."""
        return PersonForm(data)

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Enter them."""
        return add_party(actor=self.actor, reference=reference, party=PersonForm.party(given), now=self.now)


class Exclude(CaseAction):
    """Keeping somebody from the case who acts, or may come to act, for one of its people."""

    capability = PARTIES
    title = gettext_lazy("Keep a guardian or agent from this case")
    lead = gettext_lazy(
        "This person sees nothing of the case through anybody they act for, now or later, and is answered as if there were no such case."
    )
    submit = gettext_lazy("Keep them out")
    said = gettext_lazy("This person has no access to the case from now on.")
    anchor = "people"
    is_warning = True

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask who, and why."""
        return ExclusionForm(data)

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Keep them out."""
        who = Named(part="person", name=given["person_name"], id_number=given["person_id_number"])
        return exclude_from_case(actor=self.actor, reference=reference, who=who, reason=given["reason"], now=self.now)


class Readmit(CaseView):
    """Letting somebody in again."""

    def post(self, request: HttpRequest, reference: str, exclusion: UUID) -> HttpResponse:
        """Let them in."""
        case = self.open(reference)
        return self.press(
            case.reference,
            lambda: readmit_to_case(actor=self.actor, reference=case.reference, exclusion=exclusion, now=self.now),
            _("This person can act in the case again, as far as their mandate reaches."),
            "people",
        )


class Telling(CaseAction):
    """How one person may be told of news, where the usual way could put them in danger."""

    capability = PARTIES
    title = gettext_lazy("How this person may be told of news")
    lead = gettext_lazy(
        "For somebody whom a message could put in danger, such as at home with a violent partner. "
        "It acts at once, also on what is on its way."
    )
    said = gettext_lazy("From now on the person is told this way only.")
    anchor = "people"
    asks_who_it_is = True

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask which way; raise ``NotFound`` for a person who is not of this case."""
        party = case.parties.filter(pk=self.kwargs["party_id"], removed_at__isnull=True).first()
        if party is None:
            raise NotFound
        return TellingForm(data, initial={"telling": party.telling, "safe_phone": party.safe_phone or ""})

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Set it."""
        return change_telling(actor=self.actor, reference=reference, party_id=self.kwargs["party_id"], now=self.now, **given)


class PartyPage(CaseView):
    """One person unmasked, on a page of their own: the look is recorded, and no list ever shows a whole number."""

    def get(self, request: HttpRequest, reference: str, party_id: UUID) -> HttpResponse:
        """Show name, number and phone to who may change them."""
        case = self.open(reference)
        check_may(self.actor, PARTIES, case)
        require_recent_authentication(request)
        party = case.parties.filter(pk=party_id).first()
        if party is None:
            raise NotFound
        return self.page("party.html", {"case": case, "party": party})

    def post(self, request: HttpRequest, reference: str, party_id: UUID) -> HttpResponse:
        """Stop the person from following the case."""
        case = self.open(reference)
        check_may(self.actor, PARTIES, case)
        require_recent_authentication(request)
        return self.press(
            case.reference,
            lambda: remove_party(actor=self.actor, reference=case.reference, party_id=party_id, now=self.now),
            _("The person can no longer follow the case."),
            "people",
        )
