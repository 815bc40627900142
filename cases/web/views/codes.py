"""Handing out the inquiry code of a case, and a fresh one when the old is lost or was seen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.operations.hand_over_code import hand_over_code
from cases.permissions import CODE
from cases.web.forms.decisions import CodeForm
from cases.web.views.case_action import CaseAction
from cases.web.views.receipt import render_receipt
from foundation.inquiries.models import InquiryCode


class HandOverCode(CaseAction):
    """The receipt, with a code that is shown this once."""

    capability = CODE
    title = gettext_lazy("Hand over a receipt with a fresh code")
    lead = gettext_lazy("The code is shown once, on the receipt. A code handed over before opens nothing from then on.")
    submit = gettext_lazy("Make the receipt")
    asks_who_it_is = True

    def is_first(self, case: Case) -> bool:
        """The first code takes nothing from anybody: a clerk who registers a report hands it over without another word."""
        return case.code_issued_at is None

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask why, unless it is the first."""
        return CodeForm(data) if case.code_issued_at else forms.Form(data)

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Hand it over."""
        reason = InquiryCode.RevokeReason(given.get("reason") or InquiryCode.RevokeReason.REPLACED)
        return hand_over_code(actor=self.actor, reference=reference, now=self.now, reason=reason)

    def finish(self, case: Case, done: Any) -> HttpResponse:
        """Show the receipt: the code is nowhere else, so there is nothing to return to."""
        return render_receipt(self.request, done)
