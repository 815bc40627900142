"""Taking papers back, at the desk: one officer proposes, another confirms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.step_up import require_recent_authentication
from foundation.documents.models import Document, Revocation
from foundation.documents.operations.revoke_document import confirm_revocation, drop_revocation, propose_revocation
from foundation.documents.operations.verify_document import LONGEST_NUMBER
from foundation.documents.permissions import REVOKE
from foundation.documents.queries import paper_for_revoking, proposals_for
from foundation.documents.web.names import KINDS
from foundation.encryption.masking import mask_name
from foundation.errors import DomainError, Hidden, NotAllowed, NotFound
from foundation.faces import desk
from foundation.faces.desk import Desk, DeskView, Item, Section
from foundation.faces.fields import refuse

MOST_LISTED, MOST_COUNTED = 100, 1000
REFUSED, MISSING = 422, 404


def register() -> None:
    """Tell the desk."""
    desk.register(_sections, order=50)


def _sections(at: Desk) -> Iterator[Section]:
    if at.actor.paths_for(REVOKE):
        waiting = proposals_for(at.actor)[:MOST_COUNTED].count()
        item = Item(
            label=gettext_lazy("Taking papers back"),
            href=reverse("revocations"),
            count=str(waiting),
            is_attention=waiting > 0,
            is_current=at.current == "revocations",
        )
        yield Section(title=gettext_lazy("Papers"), items=(item,))


class NumberForm(forms.Form):
    """Which paper."""

    number = forms.CharField(
        label=gettext_lazy("Number of the paper"),
        help_text=gettext_lazy("It stands below the title, for example 310000-RC-2026-000042."),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class GroundForm(forms.Form):
    """Why it is taken back."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Why the paper is taken back"), choices=Revocation.Ground.choices, widget=forms.RadioSelect
    )


class Revocations(DeskView):
    """``/desk/papers/revocations/``."""

    current = "revocations"

    def get(self, request: HttpRequest) -> HttpResponse:
        """List what waits for another officer, and look a paper up by its number."""
        if not self.actor.paths_for(REVOKE):
            raise NotAllowed(capability=REVOKE)
        form = NumberForm(request.GET if "number" in request.GET else None)
        if form.is_bound and form.is_valid():
            try:
                document = paper_for_revoking(actor=self.actor, number=form.cleaned_data["number"])
                return redirect("revocation", document.number)
            except Hidden:
                form.add_error("number", _("Your units issued no paper with this number."))
        rows = [(str(KINDS[each.document.kind]), each) for each in proposals_for(self.actor)[:MOST_LISTED]]
        return self.page("documents/desk/revocations.html", {"form": form, "rows": rows}, status=MISSING if form.errors else 200)


class _OfOnePaper(DeskView):
    """What is done about one paper, shortly after the officer confirmed who they are."""

    current = "revocations"

    def draw(self, document: Document, form: forms.Form, *, status: int = 200) -> HttpResponse:
        """Draw the page, with a form that came back if one did."""
        revocation = getattr(document, "revocation", None)
        context = {
            "document": document,
            "kind": KINDS[document.kind],
            "holder": mask_name(document.holder),
            "revocation": revocation,
            "is_own": revocation is not None and revocation.proposed_by_id == self.actor.user_id,
            "is_superseded": hasattr(document, "superseded_by"),
            "form": form,
        }
        return self.page("documents/desk/revocation.html", context, status=status)

    def press(self, number: str, do: Callable[[], object], said: str) -> HttpResponse:
        """Do what a button asks for, shortly after the officer confirmed who they are, and say what came of it."""
        document = paper_for_revoking(actor=self.actor, number=number)
        require_recent_authentication(self.request)
        try:
            do()
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            messages.error(self.request, str(error.message))
        else:
            messages.success(self.request, said)
        return redirect("revocation", document.number)


class RevocationPage(_OfOnePaper):
    """``/desk/papers/310000-RC-…/revocation/``."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """Show the paper and what can be decided."""
        document = paper_for_revoking(actor=self.actor, number=number)
        require_recent_authentication(request)
        return self.draw(document, GroundForm())


class Propose(_OfOnePaper):
    """Proposing to take a paper back."""

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        """Propose it, or show the form with why it cannot be."""
        document = paper_for_revoking(actor=self.actor, number=number)
        require_recent_authentication(request)
        form = GroundForm(request.POST)
        if not form.is_valid():
            return self.draw(document, form, status=REFUSED)
        try:
            ground = Revocation.Ground(form.cleaned_data["ground"])
            propose_revocation(actor=self.actor, number=document.number, ground=ground, now=self.now)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            refuse(form, error)
            return self.draw(document, form, status=error.status)
        messages.success(request, _("It is proposed. The paper holds until another officer confirms."))
        return redirect("revocation", document.number)


class Confirm(_OfOnePaper):
    """Confirming what another officer proposed."""

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        """Take the paper back."""
        return self.press(
            number,
            lambda: confirm_revocation(actor=self.actor, number=number, now=self.now),
            _("The paper is taken back. Whoever checks it is told so from now on."),
        )


class Drop(_OfOnePaper):
    """Putting a proposal aside."""

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        """Put it aside."""
        return self.press(
            number,
            lambda: drop_revocation(actor=self.actor, number=number, now=self.now),
            _("The proposal is put aside. The paper holds as before."),
        )
