"""What residents see of their own cases, signed in: with details, people's names of the unit, messages, and who looked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.operations.hand_over_code import hand_over_code
from cases.operations.issue_log_proof import issue_log_proof
from cases.operations.look_at_case import look_at_own_case
from cases.operations.make_complaint import make_complaint
from cases.operations.prove_entry import prove_own_entry
from cases.operations.send_message import ask_unit
from cases.permissions import Standing, standing_of
from cases.queries import cases_for_others, own_cases, sight_of
from cases.web.case_parts import photo_of
from cases.web.forms.matters import TextForm
from cases.web.own_case import acting_as, own_page
from cases.web.views.case_page import CONFLICT, REFUSED
from cases.web.views.property import picture
from cases.web.views.receipt import render_receipt
from foundation.accounts.step_up import require_recent_authentication
from foundation.errors import DomainError, Hidden, NotAllowed, NotFound
from foundation.faces.fields import refuse
from foundation.faces.my import MyView
from foundation.notifications.queries import ORDER, own_notices
from foundation.notifications.shown import shown_notice
from foundation.transparency.web.views import proof_file

MOST_LISTED = 100
MOST_TOLD = 3


class OwnCaseView(MyView):
    """A page of one of a resident's cases."""

    current = "my:cases"

    standing: Standing

    @property
    def under(self) -> str:
        """The mandate that the address names, for who acts for several people of one case."""
        return self.request.GET.get("for", "")

    def open(self, reference: str) -> Case:
        """Return a case of theirs, or of one they act for; the look is recorded, and says for whom."""
        case, self.standing = look_at_own_case(actor=self.actor, reference=reference, now=self.now, under=self.under)
        return case

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Draw a page that says for whom the person acts, if they do."""
        standing = getattr(self, "standing", None)
        return super().page(template, {**context, **(acting_as(standing) if standing else {})}, status=status)

    def case_page(self, case: Case, *, question: TextForm | None = None, status: int = 200) -> HttpResponse:
        """Draw the case's page, with a question that came back if one did."""
        context = {"case": case, "form": question or question_form(), **own_page(self.standing, case)}
        return self.page("cases/my/case.html", context, status=status)


class Cases(OwnCaseView):
    """``/my/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List what the person may follow, the newest first."""
        others = cases_for_others(self.actor, now=self.now, at_most=MOST_LISTED)
        unread = [shown_notice(notice) for notice in own_notices(self.actor).unread().order_by(*ORDER)[:MOST_TOLD]]
        return self.page("cases/my/cases.html", {"cases": own_cases(self.actor)[:MOST_LISTED], "others": others, "unread": unread})


class CasePage(OwnCaseView):
    """``/my/cases/C-…/``."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show the case."""
        return self.case_page(self.open(reference))


class Ask(OwnCaseView):
    """Writing to the unit."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Send the message, or show it again with why it cannot be sent."""
        case = self.open(reference)
        form = question_form(request.POST)
        if form.is_valid():
            try:
                ask_unit(actor=self.actor, reference=reference, text=form.cleaned_data["text"], now=self.now, under=self.under)
            except (NotAllowed, NotFound):
                raise
            except DomainError as error:
                refuse(form, error)
            else:
                messages.success(request, _("Your message is with the unit. It answers within five working days."))
                return redirect(reverse("my:case", args=(reference,)) + acting_as(self.standing)["under"])
        return self.case_page(case, question=form, status=REFUSED)


class Complain(OwnCaseView):
    """Complaining to the unit above."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show the form."""
        return self._draw(self.open(reference), _complaint_form())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Send the complaint and show the code by which it can be followed, this once."""
        case = self.open(reference)
        form = _complaint_form(request.POST)
        if not form.is_valid():
            return self._draw(case, form, status=REFUSED)
        try:
            complaint, code = make_complaint(
                actor=self.actor, reference=reference, text=form.cleaned_data["text"], now=self.now, under=self.under
            )
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(case, form, status=error.status)
        response = self.page("cases/my/complaint_made.html", {"case": case, "complaint": complaint, "code": code.typed})
        response["Referrer-Policy"] = "no-referrer"
        return response

    def _draw(self, case: Case, form: TextForm, *, status: int = 200) -> HttpResponse:
        return self.page("cases/my/complain.html", {"case": case, "form": form}, status=status)


class FreshCode(OwnCaseView):
    """A fresh inquiry code: the old one is dead at once."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Say what will happen."""
        case = self.open(reference)
        require_recent_authentication(request)
        return self._draw(case, forms.Form())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Make it and show the receipt, this once."""
        case = self.open(reference)
        require_recent_authentication(request)
        try:
            done = hand_over_code(actor=self.actor, reference=reference, now=self.now, under=self.under)
            return render_receipt(request, done, acting=self.standing.mandate)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form = forms.Form({})
            refuse(form, error)
            return self._draw(case, form, status=CONFLICT)

    def _draw(self, case: Case, form: forms.Form, *, status: int = 200) -> HttpResponse:
        return self.page("cases/my/code.html", {"case": case, "form": form}, status=status)


class ProofPaper(OwnCaseView):
    """The proof that the report was recorded, as a signed paper."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Issue it, or find the one that was issued before, and go to its page."""
        case = self.open(reference)
        try:
            paper = issue_log_proof(actor=self.actor, reference=reference, now=self.now, under=self.under)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect(reverse("my:case", args=(case.reference,)) + acting_as(self.standing)["under"])
        return redirect(reverse("my-paper", args=(paper.number,)) + acting_as(self.standing)["under"])


class EntryProof(OwnCaseView):
    """The proof that a step stands in the public log."""

    def get(self, request: HttpRequest, reference: str, sequence: int) -> HttpResponse:
        """Send it as a file."""
        proof = prove_own_entry(actor=self.actor, reference=reference, sequence=sequence, now=self.now, under=self.under)
        return proof_file(proof, name=f"{reference}-{sequence}")


class Photo(OwnCaseView):
    """A photo of a thing, for a party of its case at this moment."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Send the picture."""
        photo = photo_of(token, "my:photo", self.actor)
        case = photo.item.case
        self.standing = standing_of(self.actor, case, now=self.now, under=self.under)
        if sight_of(case, with_detail=False).publication != "open":
            raise Hidden
        return picture(photo)


def question_form(data: Any = None) -> TextForm:
    """Return the box for a message to the unit."""
    return TextForm(data, label=gettext_lazy("Your message to the unit"), help_text=gettext_lazy("It answers within five working days."))


def _complaint_form(data: Any = None) -> TextForm:
    label = gettext_lazy("What should have been done otherwise")
    return TextForm(data, label=label, help_text=gettext_lazy("The unit above reads it and answers you within 60 days."))
