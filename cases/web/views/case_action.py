"""One page a decision, all of one shape: who may, what is asked, the one call, and what is said then."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.permissions import check_may
from cases.queries import entry_of
from cases.web.views.case_page import REFUSED, CaseView
from foundation.accounts.step_up import require_recent_authentication
from foundation.errors import DomainError, NotAllowed, NotFound
from foundation.faces.fields import refuse

Text = str | Promise


class CaseAction(CaseView):
    """A page with one form about a case."""

    capability = ""
    title: Text = ""
    lead: Text = ""
    submit: Text = gettext_lazy("Save")
    said: Text = gettext_lazy("Saved.")
    anchor = ""
    is_warning = False
    asks_who_it_is = False

    @abstractmethod
    def form(self, case: Case, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form, bound if there is data."""

    @abstractmethod
    def carry_out(self, reference: str, given: dict[str, Any]) -> object:
        """Make the one call."""

    def get(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        """Show the form to who may send it."""
        case = self._open(reference)
        return self._draw(case, self.form(case))

    def post(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
        """Do it, or show the form again with what was typed and why it cannot be done."""
        case = self._open(reference)
        form = self.form(case, request.POST, request.FILES)
        if not form.is_valid():
            return self._draw(case, form, status=REFUSED)
        try:
            done = self.carry_out(case.reference, form.cleaned_data)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            return self._refused(case, form, error)
        return self.finish(case, done)

    def finish(self, case: Case, done: Any) -> HttpResponse:
        """Return to the case; ``done`` is what the call returned."""
        return self.back_to(case.reference, str(self.said), self.anchor)

    def more(self, case: Case) -> dict[str, Any]:
        """Return what the page shows beside the form."""
        return {}

    def _open(self, reference: str) -> Case:
        case = self.open(reference)
        check_may(self.actor, self.capability, case)
        if self.asks_who_it_is and not self.is_first(case):
            require_recent_authentication(self.request)
        return case

    def is_first(self, case: Case) -> bool:
        """Whether nothing is changed that was there before, so that nobody has to confirm who they are."""
        return False

    def _refused(self, case: Case, form: forms.Form, error: DomainError) -> HttpResponse:
        if "seen_length" in form.fields:
            # The page now shows the case as it is by now, so sending again is a decision on that.
            data = self.request.POST.copy()
            data["seen_length"] = str(case.progress_length)
            form = self.form(case, data, self.request.FILES)
            form.is_valid()
        refuse(form, error)
        return self._draw(case, form, status=error.status)

    def _draw(self, case: Case, form: forms.Form, *, status: int = 200) -> HttpResponse:
        context = {"case": case, "form": form, "title": self.title, "lead": self.lead, "submit": self.submit, "is_warning": self.is_warning}
        return self.page("action.html", context | self.more(case), status=status)


class EntryAction(CaseAction):
    """A page about one entry of the timeline."""

    anchor = "timeline"

    @property
    def sequence(self) -> int:
        """The entry's number."""
        return int(self.kwargs["sequence"])

    def more(self, case: Case) -> dict[str, Any]:
        """Show the entry; raise ``NotFound`` if there is none."""
        return {"entry": entry_of(case, self.sequence)}
