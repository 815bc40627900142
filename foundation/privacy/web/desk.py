"""Requests for correction at the desk: the worklist of those who examine and decide, and the page of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.queries import names_of
from foundation.accounts.step_up import require_recent_authentication
from foundation.errors import Conflict, DomainError, NotAllowed, NotFound
from foundation.faces import desk
from foundation.faces.desk import Desk, DeskView, Item, Section
from foundation.keyset import keyset_page
from foundation.privacy.correctables import label_of
from foundation.privacy.models import Correction
from foundation.privacy.operations.decide_correction import approve_proposal, look_at_correction, propose_decision, return_proposal
from foundation.privacy.permissions import DECIDE, HOLD, REVIEW
from foundation.privacy.queries import ORDER, corrections_for, waiting_for
from foundation.privacy.web.forms import ProposalForm, ReturnForm, refuse

PAGE = 25
MOST_COUNTED = 1000
REFUSED, CONFLICT = 422, 409


def register() -> None:
    """Tell the desk."""
    desk.register(_sections, order=60)


def _sections(at: Desk) -> Iterator[Section]:
    items = []
    if at.actor.paths_for(REVIEW) or at.actor.paths_for(DECIDE):
        waiting = waiting_for(at.actor)[:MOST_COUNTED].count()
        items.append(
            Item(
                label=gettext_lazy("Requests for correction"),
                href=reverse("corrections:list"),
                count=str(waiting),
                is_attention=waiting > 0,
                is_current=at.current == "corrections",
            )
        )
    if at.actor.paths_for(HOLD):
        items.append(Item(label=gettext_lazy("Legal holds"), href=reverse("holds:list"), is_current=at.current == "holds"))
    yield Section(title=gettext_lazy("Personal data"), items=tuple(items))


class CorrectionsView(DeskView):
    """A page of requests."""

    current = "corrections"


class Corrections(CorrectionsView):
    """``/desk/corrections/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list, the most urgent first, those that have ended last."""
        if not (self.actor.paths_for(REVIEW) or self.actor.paths_for(DECIDE)):
            raise NotAllowed(capability=REVIEW)
        page = keyset_page(query=corrections_for(self.actor), ordering=ORDER, size=PAGE, cursor=request.GET.get("cursor") or None)
        context = {
            "rows": [(each, label_of(each.target), self._is_next(each)) for each in page.items],
            "next_url": f"?cursor={page.next}" if page.next else "",
            "previous_url": f"?cursor={page.previous}" if page.previous else "",
            "now": self.now,
        }
        return self.page("privacy/desk/corrections.html", context)

    def _is_next(self, correction: Correction) -> bool:
        if correction.state == Correction.State.ASKED:
            return self.actor.can(REVIEW, correction.addressed_to)
        may_decide = self.actor.can(DECIDE, correction.addressed_to) and correction.reviewed_by != self.actor.label
        return correction.state == Correction.State.PROPOSED and may_decide


class CorrectionPage(CorrectionsView):
    """One request."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it, with the form of whoever is next."""
        correction = self.open(reference)
        return self.draw(correction, self._first_form(correction))

    def open(self, reference: str) -> Correction:
        """Return the request; the look is recorded."""
        return look_at_correction(actor=self.actor, reference=reference, now=self.now)

    def draw(self, correction: Correction, form: forms.Form | None, *, status: int = 200) -> HttpResponse:
        """Draw the page."""
        is_proposed = correction.state == Correction.State.PROPOSED
        may_decide = is_proposed and self.actor.can(DECIDE, correction.addressed_to)
        names = names_of(label.partition(":")[2] for label in (correction.reviewed_by, correction.decided_by) if label)
        context = {
            "correction": correction,
            "label": label_of(correction.target),
            "form": form,
            "may_review": correction.state == Correction.State.ASKED and self.actor.can(REVIEW, correction.addressed_to),
            "may_decide": may_decide and correction.reviewed_by != self.actor.label,
            "is_own_proposal": may_decide and correction.reviewed_by == self.actor.label,
            "reviewer": names.get(correction.reviewed_by.partition(":")[2], ""),
            "decider": names.get(correction.decided_by.partition(":")[2], ""),
            "now": self.now,
        }
        return self.page("privacy/desk/correction.html", context, status=status)

    def carry_out(self, reference: str, form: forms.Form, do: Callable[[dict[str, Any]], object], said: str) -> HttpResponse:
        """Do it and return to the list with a word on it, or show the page again with why it cannot be."""
        correction = self.open(reference)
        if not form.is_valid():
            return self.draw(correction, form, status=REFUSED)
        try:
            do(form.cleaned_data)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            refuse(form, error)
            return self.draw(correction, form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        messages.success(self.request, said)
        return redirect("corrections:list")

    def _first_form(self, correction: Correction) -> forms.Form | None:
        if correction.state == Correction.State.ASKED:
            return ProposalForm(initial={"proposed": correction.wanted})
        return ReturnForm() if correction.state == Correction.State.PROPOSED else None


class Propose(CorrectionPage):
    """What a reviewer sends."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Propose."""
        return self.carry_out(
            reference,
            ProposalForm(request.POST),
            lambda given: propose_decision(actor=self.actor, reference=reference, now=self.now, **given),
            _("The proposal is with the officer who decides."),
        )


class Approve(CorrectionPage):
    """What an approver presses."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Decide as proposed."""
        require_recent_authentication(request)
        return self.carry_out(
            reference,
            forms.Form({}),
            lambda _given: approve_proposal(actor=self.actor, reference=reference, now=self.now),
            _("It is decided. The person reads the answer from now on."),
        )


class Return(CorrectionPage):
    """What an approver sends back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Hand it back."""
        require_recent_authentication(request)
        return self.carry_out(
            reference,
            ReturnForm(request.POST),
            lambda given: return_proposal(actor=self.actor, reference=reference, now=self.now, **given),
            _("The request is with the reviewers again."),
        )
