"""What stands between a session and the pages behind it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from foundation.accounts.actors import Actor, actor_of_user
from foundation.accounts.models import User
from foundation.denials import Denial, mark
from foundation.errors import NotAllowed

_WITHOUT_SECOND_FACTOR = frozenset(
    {"mfa_activate_totp", "mfa_authenticate", "mfa_reauthenticate", "account_logout", "account_reauthenticate"}
)


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends whoever is not signed in from a guarded page to the sign-in. That is a denial, and recorded as one."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> HttpResponseRedirect:
        """Send them there, and say so."""
        return mark(super().handle_no_permission(request, view_func), Denial(code="not_signed_in"))


class SecondFactorMiddleware:
    """An officer without a second factor gets no further than the page that sets one up (GB/T 22239 level 3; ASVS 6.3.3)."""

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
        match = request.resolver_match
        if match and match.url_name in _WITHOUT_SECOND_FACTOR:
            return None
        return mark(HttpResponseRedirect(_to_second_factor(request, user)), Denial(code="second_factor_missing"))


def _to_second_factor(request: HttpRequest, user: User) -> str:
    """Return where a second factor is given: to set one up does not yet count as having signed in with it."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return reverse("mfa_activate_totp")
    back = request.get_full_path() if request.method == "GET" and not request.path.startswith("/accounts/") else ""
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}" if back else reverse("mfa_reauthenticate")


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the person who is signed in opened this session with a second factor."""
    user = request.user if isinstance(request.user, User) else None
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def actor_of_request(request: HttpRequest) -> Actor:
    """Return who acts in a request of a signed-in person, read from the database once a request.

    Raises ``NotAllowed``, with the code ``second_factor_missing`` for an officer who is signed in by a password alone.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        if not isinstance(request.user, User):
            raise NotAllowed
        if request.user.is_officer and not has_second_factor(request):
            raise NotAllowed(code="second_factor_missing")
        actor = actor_of_user(request.user)
        request.actor = actor  # type: ignore[attr-defined]
    return actor
