"""The page of a case at the desk: everything about it on one page, and the two things done most often, publish and answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases.masked_parts import agents_of, messages_of, parties_of, steps_of
from cases.models import Case
from cases.operations.look_at_case import look_at_case
from cases.operations.preview_progress import Preview, preview_progress
from cases.operations.publish_progress import publish_progress
from cases.operations.send_message import answer_party
from cases.permissions import AUDIT, MESSAGE, PUBLISH, check_may
from cases.queries import deadline_of, deeds_in, looks_at, timeline
from cases.web.case_parts import items_of, public_steps
from cases.web.desk import CaseDeskView
from cases.web.forms.matters import TextForm
from cases.web.forms.progress import STANDARD, ProgressForm
from cases.web.menu import menu_of
from foundation.accounts.actors import Actor
from foundation.errors import DomainError, NotAllowed, NotFound
from foundation.faces.fields import refuse

LOOKS_SHOWN = 20
DEEDS_SHOWN = 50
CONFLICT = 409
REFUSED = 422


class CaseView(CaseDeskView):
    """A page about one case: whoever opens it is written down."""

    def open(self, reference: str) -> Case:
        """Return the case and record the look; ``?why=enquiry`` says that it answers a person's question."""
        is_enquiry = self.request.GET.get("why") == "enquiry"
        return look_at_case(actor=self.actor, reference=reference, now=self.now, is_enquiry=is_enquiry)

    def back_to(self, reference: str, said: str = "", anchor: str = "") -> HttpResponse:
        """Return to the case's page with a word on what was done."""
        if said:
            messages.success(self.request, said)
        response = redirect("desk:case", reference)
        response["Location"] += f"#{anchor}" if anchor else ""
        return response

    def press(self, reference: str, do: Callable[[], object], said: str, anchor: str = "") -> HttpResponse:
        """Do what one press of a button asks for, and return to the case with a word on it, or on why it cannot be."""
        try:
            do()
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            messages.error(self.request, str(error.message))
            return self.back_to(reference, anchor=anchor)
        return self.back_to(reference, said, anchor)

    def case_page(
        self,
        case: Case,
        *,
        progress: ProgressForm | None = None,
        answer: TextForm | None = None,
        preview: Preview | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Draw the page, with a form that came back if one did."""
        agents, excluded = agents_of(case, now=self.now)
        context = _read(case, self.actor) | {
            "agents": agents,
            "excluded": excluded,
            "may": menu_of(self.actor, case),
            "progress": progress or ProgressForm(case=case, initial={"seen_length": case.progress_length, "phrase": STANDARD}),
            "answer": answer or _answer_form(),
            "preview": preview,
            "preview_receipt_steps": public_steps(preview.receipt.steps) if preview else [],
            "preview_party_steps": public_steps(preview.party.steps) if preview else [],
            "form": next((form for form in (progress, answer) if form is not None and form.errors), None),
            "now": self.now,
        }
        return self.page("case.html", context, status=status)


def _answer_form(data: Any = None) -> TextForm:
    return TextForm(data, label=_("Your answer"), help_text=_("The person reads it signed in, with your name."), auto_id="answer_%s")


def _read(case: Case, actor: Actor) -> dict[str, Any]:
    entries = timeline(case)
    looks = list(looks_at(case)[: LOOKS_SHOWN + 1])
    return {
        "case": case,
        "deadline": deadline_of(case, entries),
        "steps": steps_of(entries),
        "parties": parties_of(case),
        "items": items_of(case, viewer=actor),
        "letters": messages_of(case),
        "complaints": case.complaints.count(),
        "looks": looks[:LOOKS_SHOWN],
        "has_more_looks": len(looks) > LOOKS_SHOWN,
        "deeds": list(deeds_in(case)[:DEEDS_SHOWN]) if actor.can(AUDIT, case.unit) else None,
    }


class CasePage(CaseView):
    """``/desk/cases/C-…/``."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show the case."""
        return self.case_page(self.open(reference))


class Publish(CaseView):
    """Publishing a step or news, or looking at it first through the eyes of those concerned."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Publish, or preview; what was typed is never lost."""
        case = self.open(reference)
        check_may(self.actor, PUBLISH, case)
        form = ProgressForm(request.POST, case=case)
        if not form.is_valid():
            return self.case_page(case, progress=form, status=REFUSED)
        try:
            if request.POST.get("intent") == "preview":
                return self.case_page(case, progress=form, preview=preview_progress(**self._asked(form)))
            publish_progress(**self._asked(form))
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            return self._refused(form, error)
        return self.back_to(reference, _("Published. The people concerned can see it now."))

    def _asked(self, form: ProgressForm) -> dict[str, Any]:
        given = form.cleaned_data
        return {
            "actor": self.actor,
            "reference": form.case.reference,
            "now": self.now,
            **{name: given[name] for name in ("action", "words", "ground", "at", "seen_length")},
        }

    def _refused(self, form: ProgressForm, error: DomainError) -> HttpResponse:
        """Show the case as it is by now, with the words that were typed; after reading it, sending again publishes them."""
        data = self.request.POST.copy()
        data[form.add_prefix("seen_length")] = str(form.case.progress_length)
        again = ProgressForm(data, case=form.case)
        again.is_valid()
        refuse(again, error)
        return self.case_page(form.case, progress=again, status=error.status)


class Answer(CaseView):
    """Answering the messages of a case."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Send the answer."""
        case = self.open(reference)
        check_may(self.actor, MESSAGE, case)
        form = _answer_form(request.POST)
        if form.is_valid():
            try:
                answer_party(actor=self.actor, reference=reference, text=form.cleaned_data["text"], now=self.now)
            except (NotAllowed, NotFound):
                raise
            except DomainError as error:
                refuse(form, error)
            else:
                return self.back_to(reference, _("The answer is sent."), "messages")
        return self.case_page(case, answer=form, status=REFUSED)
