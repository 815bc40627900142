"""Posts of weight that wait for a second officer: the list, and the page on which one is given or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from foundation.accounts.models import PostProposal
from foundation.accounts.operations.decide_post import approve_post, refuse_post
from foundation.accounts.queries import names_of, proposal_for, proposals_for
from foundation.accounts.rights import GRANT
from foundation.accounts.step_up import require_recent_authentication
from foundation.accounts.web.forms import ReasonForm, refuse
from foundation.accounts.web.officers import OfficerView
from foundation.errors import Conflict, DomainError, NotAllowed, NotFound
from foundation.keyset import keyset_page

PAGE = 25
CONFLICT, REFUSED = 409, 422


class ProposalView(OfficerView):
    """A page of posts that wait, for who may give posts."""

    current = "waiting"
    unit_capability = GRANT


class Waiting(ProposalView):
    """``/desk/posts/waiting/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List what waits at the units where the actor gives posts, the oldest first."""
        self.check(GRANT)
        query, cursor = proposals_for(self.actor), request.GET.get("cursor") or None
        page = keyset_page(query=query, ordering=("proposed_at", "reference"), size=PAGE, cursor=cursor)
        names = names_of(each.proposed_by.partition(":")[2] for each in page.items)
        context = {
            "rows": [(each, names.get(each.proposed_by.partition(":")[2], ""), self.is_mine(each)) for each in page.items],
            "next_url": f"?cursor={page.next}" if page.next else "",
            "previous_url": f"?cursor={page.previous}" if page.previous else "",
        }
        return self.page("accounts/desk/waiting.html", context)

    def is_mine(self, proposal: PostProposal) -> bool:
        """Whether the actor proposed it, and so cannot give it."""
        return proposal.proposed_by == self.actor.label


class ProposalPage(ProposalView):
    """``/desk/posts/waiting/PP-…/``."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show the post, to whom it would be given, and who proposed it."""
        return self.draw(self.open(reference), ReasonForm())

    def open(self, reference: str) -> PostProposal:
        """Return the proposal to who may give posts there and confirmed just now."""
        proposal = proposal_for(self.actor, reference)
        require_recent_authentication(self.request)
        return proposal

    def draw(self, proposal: PostProposal, form: forms.Form, *, status: int = 200) -> HttpResponse:
        """Draw the page."""
        proposer = names_of([proposal.proposed_by.partition(":")[2]])
        context = {
            "proposal": proposal,
            "proposer": next(iter(proposer.values()), ""),
            "form": form,
            "is_mine": proposal.proposed_by == self.actor.label,
            "is_own_post": proposal.user_id == self.actor.user_id,
        }
        return self.page("accounts/desk/proposal.html", context, status=status)

    def carry_out(self, reference: str, form: forms.Form, do: Callable[[dict[str, Any]], object], said: str) -> HttpResponse:
        """Decide and return to the list, or show the page again with why it cannot be."""
        proposal = self.open(reference)
        if not form.is_valid():
            return self.draw(proposal, form, status=REFUSED)
        try:
            do(form.cleaned_data)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            refuse(form, error)
            return self.draw(proposal, form, status=CONFLICT if isinstance(error, Conflict) else REFUSED)
        messages.success(self.request, said)
        return redirect("officers:waiting")


class Approve(ProposalPage):
    """What the second officer presses."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Give the post."""
        return self.carry_out(
            reference,
            ReasonForm({"reason": "-"}),
            lambda _given: approve_post(actor=self.actor, reference=reference, now=self.now),
            _("The officer holds the post now."),
        )


class Refuse(ProposalPage):
    """What either of the two presses to let nothing come of it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Refuse it, or take an own proposal back."""
        return self.carry_out(
            reference,
            ReasonForm(request.POST),
            lambda given: refuse_post(actor=self.actor, reference=reference, reason=given["reason"], now=self.now),
            _("Nothing comes of it. The officer's posts stay as they are."),
        )
