"""Opening a resident's session, confirming it, and where to go then."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from foundation.accounts.assurance import IN_SESSION, raise_assurance
from foundation.accounts.backends import BACKEND
from foundation.accounts.models import User
from foundation.accounts.step_up import StepUpRequired, require_recent_authentication
from foundation.identity_providers.assurance import Assurance
from foundation.identity_providers.providers import providers
from foundation.web.client_address import client_address, source_network


def open_session(request: HttpRequest, user: User, *, entrance: str, assurance: Assurance) -> None:
    """Sign a resident in, in a session with a new id, which keeps by what and how surely."""
    login(request, user, backend=BACKEND)
    request.session[IN_SESSION] = str(assurance)
    record_authentication(request, user, method="identity", provider=entrance, assurance=str(assurance))


def confirm_session(request: HttpRequest, user: User, *, entrance: str, assurance: Assurance) -> None:
    """Note in a session that its person proved once more who they are."""
    raise_assurance(request, assurance)
    record_authentication(request, user, method="identity", provider=entrance, assurance=str(assurance), reauthenticated=True)


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person of this session proved a short time ago who they are."""
    try:
        require_recent_authentication(request)
    except StepUpRequired:
        return False
    return True


def own_page(address: str) -> str:
    """Return an address if it is a page of this hall, else nothing."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else ""


def go_on(address: str) -> HttpResponseRedirect:
    """Lead to the page that was asked for, or to the person's own matters."""
    return HttpResponseRedirect(own_page(address) or resolve_url("my:cases"))


def source_of(request: HttpRequest) -> str:
    """Return what limits count as one source."""
    return source_network(client_address(request))


def language_of_page() -> str:
    """Return the language in which the person reads."""
    return get_language() or "zh-hans"


def may_lead_out(response: HttpResponse) -> HttpResponse:
    """Let the forms of a page lead to the providers: browsers hold ``form-action`` against each redirect that follows."""
    origins = [origin for provider in providers() for origin in provider.browser_origins]
    # What django-csp's own decorator sets, which takes no value of the moment.
    response._csp_update = {"form-action": origins}  # type: ignore[attr-defined]  # noqa: SLF001
    return response
