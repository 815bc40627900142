"""Complaints about units below, answered by the unit above."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from cases.models import Complaint
from cases.operations.look_at_complaint import look_at_complaint
from cases.operations.make_complaint import answer_complaint
from cases.permissions import COMPLAINT
from cases.queries import complaints_for
from cases.web.desk import CaseDeskView
from cases.web.forms.matters import TextForm
from cases.web.views.case_page import REFUSED
from foundation.errors import DomainError, NotAllowed, NotFound
from foundation.faces.fields import refuse
from foundation.keyset import keyset_page

PAGE = 25


class Complaints(CaseDeskView):
    """What the officer's units have to answer."""

    current = "complaints"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the list, the most urgent first."""
        if not self.actor.paths_for(COMPLAINT):
            raise NotAllowed(capability=COMPLAINT)
        query = complaints_for(self.actor)
        page = keyset_page(query=query, ordering=("is_answered", "due_at", "pk"), size=PAGE, cursor=request.GET.get("cursor") or None)
        context = {
            "complaints": page.items,
            "next_url": f"?cursor={page.next}" if page.next else "",
            "previous_url": f"?cursor={page.previous}" if page.previous else "",
            "now": self.now,
        }
        return self.page("complaints.html", context)


class ComplaintPage(CaseDeskView):
    """One complaint, with the answer."""

    current = "complaints"

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it."""
        complaint = look_at_complaint(actor=self.actor, reference=reference, now=self.now)
        return self._draw(complaint, _form())

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Answer it."""
        complaint = look_at_complaint(actor=self.actor, reference=reference, now=self.now)
        form = _form(request.POST)
        if not form.is_valid():
            return self._draw(complaint, form, status=REFUSED)
        try:
            answer_complaint(actor=self.actor, reference=reference, text=form.cleaned_data["text"], now=self.now)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(complaint, form, status=error.status)
        messages.success(request, _("The complaint is answered."))
        return redirect("desk:complaint", reference)

    def _draw(self, complaint: Complaint, form: TextForm, *, status: int = 200) -> HttpResponse:
        return self.page("complaint.html", {"complaint": complaint, "form": form, "now": self.now}, status=status)


def _form(data: Any = None) -> TextForm:
    return TextForm(data, label=_("Your answer"), help_text=_("The person reads it signed in, or hears it at the counter."))
