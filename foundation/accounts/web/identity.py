"""To an identity provider and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from foundation import clock
from foundation.accounts.models import User
from foundation.accounts.operations.confirm_by_identity import confirm_by_identity
from foundation.accounts.operations.link_identity import link_identity
from foundation.accounts.operations.sign_in_by_identity import sign_in_by_identity
from foundation.accounts.own_record import record_refusal
from foundation.accounts.step_up import require_recent_authentication
from foundation.accounts.web.journeys import come_back, remember
from foundation.accounts.web.opening import confirm_session, go_on, language_of_page, open_session, own_page, source_of
from foundation.errors import DomainError, NotAllowed
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.errors import IdentityRefused
from foundation.identity_providers.journeys import CONFIRM, LINK, SIGN_IN, Journey, new_journey
from foundation.identity_providers.protocols import address_of, redeem
from foundation.identity_providers.providers import Provider, provider
from foundation.limits.limiter import take
from foundation.limits.rules import IDENTITY_SOURCE

PURPOSES: Final = (SIGN_IN, CONFIRM, LINK)
_CANCELLED: Final = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})


@method_decorator(login_not_required, name="dispatch")
class IdentityView(View):
    """One end of a journey. What goes wrong is written down once and told on one page: nobody is signed in, and why."""

    purpose = SIGN_IN

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Handle the request, and whatever refusal comes of it."""
        self.now = clock.now()
        try:
            return super().dispatch(request, *args, **kwargs)
        except IdentityRefused as error:
            if error.code != "provider_unknown":
                record_refusal(entrance=kwargs["code"], error=error, user=resident_of(request), purpose=self.purpose, now=self.now)
            return refused(request, error, purpose=self.purpose)


class Start(IdentityView):
    """Sending the browser to a provider. By POST only: no link on another page can begin a sign-in (login CSRF)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Begin a journey."""
        chosen = provider(code)
        purpose = request.POST.get("purpose", SIGN_IN)
        self.purpose = purpose if purpose in PURPOSES else SIGN_IN
        user = self._traveller(request)
        take(IDENTITY_SOURCE, target=source_of(request), now=self.now)
        journey = new_journey(
            provider=chosen.code, purpose=self.purpose, next_page=own_page(request.POST.get("next", "")), user=user, now=self.now
        )
        address = address_of(chosen, journey, redirect_uri=_return_address(request, chosen), language=language_of_page())
        remember(request, journey)
        return HttpResponseRedirect(address)

    def _traveller(self, request: HttpRequest) -> str:
        """Return whose session the journey is to change; raise ``NotAllowed`` if nobody's."""
        if self.purpose == SIGN_IN:
            return ""
        user = resident_of(request)
        if user is None:
            raise NotAllowed
        if self.purpose == LINK:
            require_recent_authentication(request)
        return user.reference


class Done(IdentityView):
    """Where a provider sends the browser back to."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """End the journey: sign in, confirm or link."""
        chosen = provider(code)
        journey = come_back(request, provider=chosen.code, state=request.GET.get("state", ""), now=self.now)
        self.purpose = journey.purpose
        assertion = redeem(chosen, journey, code=_code(request, chosen), redirect_uri=_return_address(request, chosen), now=self.now)
        return {SIGN_IN: _signed_in, CONFIRM: _confirmed, LINK: _linked}[journey.purpose](request, chosen, journey, assertion, self.now)


def _signed_in(request: HttpRequest, chosen: Provider, journey: Journey, assertion: Assertion, now: datetime) -> HttpResponse:
    user = sign_in_by_identity(assertion=assertion, language=language_of_page(), now=now)
    open_session(request, user, entrance=chosen.code, assurance=assertion.assurance)
    return go_on(journey.next)


def _confirmed(request: HttpRequest, chosen: Provider, journey: Journey, assertion: Assertion, now: datetime) -> HttpResponse:
    user = _same_traveller(request, journey)
    confirm_by_identity(user=user, assertion=assertion, now=now)
    confirm_session(request, user, entrance=chosen.code, assurance=assertion.assurance)
    return go_on(journey.next)


def _linked(request: HttpRequest, chosen: Provider, journey: Journey, assertion: Assertion, now: datetime) -> HttpResponse:
    user = _same_traveller(request, journey)
    try:
        link_identity(user=user, assertion=assertion, language=language_of_page(), now=now)
    except IdentityRefused:
        raise
    except DomainError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("You can now sign in with %(provider)s too.") % {"provider": chosen.title})
    return HttpResponseRedirect(reverse("sign_in:ways"))


def _same_traveller(request: HttpRequest, journey: Journey) -> User:
    """Return who began the journey and is still signed in here; raise if somebody else is by now."""
    user = resident_of(request)
    if user is None or user.reference != journey.user:
        raise IdentityRefused("state_unknown")
    return user


def _code(request: HttpRequest, chosen: Provider) -> str:
    """Return the code that the provider sent along; raise for what it sent instead."""
    # RFC 9207: a provider that names itself must be the one that was asked.
    if request.GET.get("iss", chosen.issuer).rstrip("/") != chosen.issuer:
        raise IdentityRefused("issuer_wrong")
    if error := request.GET.get("error"):
        raise IdentityRefused("cancelled" if error in _CANCELLED else "provider_refused")
    code = request.GET.get("code", "")
    # WeChat tells of a refusal by leaving the code out.
    if not code or len(code) > 2048:
        raise IdentityRefused("cancelled" if "code" not in request.GET else "code_refused")
    return code


def _return_address(request: HttpRequest, chosen: Provider) -> str:
    """Return the address that is registered with the provider. The host of a request is one of the hall's own (``ALLOWED_HOSTS``)."""
    return request.build_absolute_uri(reverse("identity_done", args=[chosen.code]))


def resident_of(request: HttpRequest) -> User | None:
    """Return the resident who is signed in, if one is."""
    return request.user if isinstance(request.user, User) and not request.user.is_officer else None


def refused(request: HttpRequest, error: DomainError, *, purpose: str) -> HttpResponse:
    """Say that nothing was done, and why."""
    context = {"message": error.message, "is_sign_in": purpose == SIGN_IN, "status": error.status}
    return render(request, "accounts/refused.html", context, status=error.status)
