"""A resident's page of whom they act for, and who acts for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.capacity import Capacity, capacity_of
from foundation.accounts.step_up import require_recent_authentication
from foundation.errors import Conflict, DomainError, NotAllowed, NotFound, TooManyRequests
from foundation.faces import my
from foundation.faces.fields import refuse
from foundation.mandates.models import Delegation
from foundation.mandates.operations.answer_offer import accept_offer, decline_offer
from foundation.mandates.operations.end_mandate import end_delegation
from foundation.mandates.operations.offer_delegation import Offer, offer_delegation
from foundation.mandates.shown import people_of, person_of
from foundation.mandates.web.forms import OfferForm


def register() -> None:
    """Put the page into the menu of own pages."""
    my.register("people:home", gettext_lazy("People I act for"), order=40)


class PeopleView(my.MyView):
    """A page about who acts for whom."""

    current = "people:home"


class People(PeopleView):
    """``/my/people/``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List both directions, what waits for an answer first and what is over last."""
        people = people_of(self.actor, now=self.now)
        is_of_age = capacity_of(person_of(self.actor).id_number, now=self.now) is Capacity.FULL
        context = {
            "offers": [each for each in people if each.can_answer],
            "held": [each for each in people if each.is_mine and not each.is_over and not each.can_answer],
            "given": [each for each in people if not each.is_mine and not each.is_over],
            "over": [each for each in people if each.is_over],
            "can_offer": is_of_age,
        }
        return self.page("mandates/my/people.html", context)


class MakeOffer(PeopleView):
    """Asking somebody to act for oneself."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, with one matter chosen if the address names one, to who has just proved who they are."""
        require_recent_authentication(request)
        return self._draw(OfferForm(actor=self.actor, now=self.now, initial={"matter": request.GET.get("matter", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the offer, or show it again with what is wrong with it."""
        require_recent_authentication(request)
        form = OfferForm(request.POST, actor=self.actor, now=self.now)
        if not form.is_valid():
            return self._draw(form, status=422)
        given = form.cleaned_data
        offer = Offer(agent=form.named("agent"), scopes=given["scopes"], until_on=given["until_on"], matter=given["matter"])
        try:
            made = offer_delegation(actor=self.actor, offer=offer, now=self.now)
        except (NotAllowed, NotFound, TooManyRequests):
            raise
        except DomainError as error:
            refuse(form, error)
            return self._draw(form, status=409 if isinstance(error, Conflict) else 422)
        said = _("Your offer waits for thirty days. If a person with the name %(name)s and this number signs in, they can accept it.")
        messages.success(request, said % {"name": made.agent_name})
        return redirect("people:home")

    def _draw(self, form: OfferForm, *, status: int = 200) -> HttpResponse:
        return self.page("mandates/my/offer.html", {"form": form}, status=status)


class Press(PeopleView):
    """One press of a button: accept, decline or end."""

    do: Callable[..., Delegation]
    said: Any = ""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Do it and return to the list with a word on what was done, or on why it cannot be."""
        try:
            type(self).do(actor=self.actor, reference=reference, now=self.now)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, str(self.said))
        return redirect("people:home")


class Accept(Press):
    """Accepting an offer."""

    do = staticmethod(accept_offer)
    said = gettext_lazy("You act for this person from now on.")


class Decline(Press):
    """Declining an offer."""

    do = staticmethod(decline_offer)
    said = gettext_lazy("The offer is declined.")


class End(Press):
    """Ending a delegation from either side."""

    do = staticmethod(end_delegation)
    said = gettext_lazy("Ended. From the next click on it allows nothing more.")
