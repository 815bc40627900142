"""What stands between a session and the pages behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from foundation import clock
from foundation.accounts.actors import Actor, actor_of_user
from foundation.accounts.capacity import check_acts_alone
from foundation.accounts.models import User
from foundation.accounts.step_up import StepUpRequired, has_second_factor
from foundation.denials import Denial, mark
from foundation.errors import NotAllowed
from foundation.rest.problems import is_api

_SET_UP: Final = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})
_CONFIRM: Final = frozenset({"mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_reauthenticate"})
_ALWAYS: Final = frozenset({"mfa_authenticate", "account_logout"})
_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SAFE: Final = frozenset({"GET", "HEAD"})


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends whoever is not signed in from a guarded page to the sign-in. That is a denial, and recorded as one."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Let a page for everybody pass unasked: who asks for the session makes its answer one that no shared cache may keep."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> HttpResponseRedirect:
        """Send them there, and say so."""
        return mark(super().handle_no_permission(request, view_func), Denial(code="not_signed_in"))


class SecondFactorMiddleware:
    """An officer without a second factor gets no further than the page that sets one up (GB/T 22239 level 3; ASVS 6.3.3).

    It also leads whoever has to confirm that it is still them to the page where that is done, and back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object) -> HttpResponse | None:
        """Send officers who are signed in by a password alone to the second factor; leave public pages alone."""
        if not getattr(view, "login_required", True):
            return None
        user = request.user
        if not isinstance(user, User) or not user.is_officer or has_second_factor(request):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in _ALWAYS:
            return None
        types = set(Authenticator.objects.filter(user=user, type__in=_FACTORS).values_list("type", flat=True))
        # Who has a second factor gives it; only who has none may set one up in a session that a password opened.
        if name in (_CONFIRM if types else _SET_UP | _CONFIRM):
            return None
        return mark(HttpResponseRedirect(_to_second_factor(request, types)), Denial(code="second_factor_missing"))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Lead to the page that confirms who it is; what a form had sent is kept on the page for sending it again."""
        if not isinstance(exception, StepUpRequired) or is_api(request):
            return None
        confirm = reverse("account_reauthenticate")
        if request.method in _SAFE:
            return HttpResponseRedirect(f"{confirm}?{urlencode({'next': request.get_full_path()})}")
        sent = [(name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values]
        done = urlencode({"next": reverse("account_confirmed")})
        context = {"error": exception, "sent": sent, "has_files": bool(request.FILES), "confirm": f"{confirm}?{done}"}
        return mark(render(request, "account/step_up.html", context, status=exception.status), Denial(code=exception.code))


def _to_second_factor(request: HttpRequest, types: set[str]) -> str:
    """Return where a second factor is given: to set one up does not yet count as having signed in with it."""
    if not types:
        return reverse("mfa_activate_totp")
    page = reverse("mfa_reauthenticate" if Authenticator.Type.TOTP in types else "mfa_reauthenticate_webauthn")
    back = request.get_full_path() if request.method == "GET" and not request.path.startswith("/accounts/") else ""
    return f"{page}?{urlencode({'next': back})}" if back else page


def actor_of_request(request: HttpRequest) -> Actor:
    """Return who acts in a request of a signed-in person, read from the database once a request.

    Raises ``NotAllowed``, with the code ``second_factor_missing`` for an officer who is signed in by a password alone, and with
    ``under_eight`` for a child whose guardians act for it.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        if not isinstance(request.user, User):
            raise NotAllowed
        if request.user.is_officer and not has_second_factor(request):
            raise NotAllowed(code="second_factor_missing")
        if request.user.person is not None:
            check_acts_alone(request.user.person.id_number, now=clock.now())
        actor = actor_of_user(request.user)
        request.actor = actor  # type: ignore[attr-defined]
    return actor
