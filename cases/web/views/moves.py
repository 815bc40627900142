"""Handing a case to another unit, and joining two cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.operations.transfer_case import merge_case, transfer_case
from cases.permissions import TRANSFER
from cases.web.forms.decisions import MergeForm, TransferForm
from cases.web.views.case_action import CaseAction
from cases.web.views.worklists import grouped_by_parent
from foundation.denials import remember
from foundation.errors import NotFound, RuleViolated
from foundation.identifiers import NotReadable, normalise_reference
from foundation.organisations.models import Organisation
from foundation.organisations.queries import organisation_by_code


class Transfer(CaseAction):
    """Handing the case to another unit."""

    capability = TRANSFER
    title = gettext_lazy("Hand the case to another unit")
    lead = gettext_lazy("The clock goes on: a transfer costs the person no time. The other unit finds the case among its new ones.")
    submit = gettext_lazy("Hand over")
    is_warning = True

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Offer the units of the bureau."""
        units = Organisation.objects.active().in_bureau(case.bureau_code).filter(is_outside=False).exclude(pk=case.unit_id)
        choices = grouped_by_parent(units.select_related("parent").order_by("path"))
        return TransferForm(data, units=choices, initial={"seen_length": case.progress_length})

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Hand it over."""
        unit = organisation_by_code(code=given["unit"])
        detail, seen = given["detail"], given["seen_length"]
        return transfer_case(actor=self.actor, reference=reference, unit=unit, now=self.now, detail=detail, seen_length=seen)

    def finish(self, case: Case, done: Any) -> HttpResponse:
        """Return to the list: the case may be out of the officer's sight now."""
        messages.success(self.request, _("Case %(reference)s is handed over.") % {"reference": case.reference})
        return redirect("desk:worklist", case.unit.code, "all")


class Merge(CaseAction):
    """Joining the case with another."""

    capability = TRANSFER
    title = gettext_lazy("Join the case with another")
    lead = gettext_lazy("Both must be of one bureau and one kind. This case is worked on no more; its code shows the other's progress.")
    submit = gettext_lazy("Join the cases")
    said = gettext_lazy("The cases are joined.")
    is_warning = True

    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Ask for the other."""
        return MergeForm(data)

    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Join them; a case out of the officer's sight is told like one that does not exist."""
        try:
            into = normalise_reference(given["into"])
            return merge_case(actor=self.actor, reference=reference, into=into, now=self.now)
        except (NotReadable, NotFound) as error:
            remember(self.request, error)
            message = _("There is no case with this number that you may see.")
            raise RuleViolated(message, code="case_not_found", field="into") from None
