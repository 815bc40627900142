"""Who is signed in, for how long, and where: the server decides at each request, from a row that Redis cannot lose.

``request.user`` is nobody as soon as the session was ended from elsewhere, was not used for its idle time or is older than its
absolute time (:data:`foundation.accounts.models.sign_in.LIFETIMES`). The row is read when somebody asks who is signed in; a page for
everybody asks nothing. See docs/decisions/0018-officers.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import auth, messages
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.accounts.browsers import browser_of, masked_network, system_of
from foundation.accounts.models import SignIn, User
from foundation.accounts.models.sign_in import USE_WRITTEN_EVERY
from foundation.accounts.subjects import AccountSubject, person_acting
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.rest.problems import is_api
from foundation.web.client_address import client_address

SIGN_IN_IN_SESSION: Final = "sign_in"
KIND_IN_SESSION: Final = "sign_in_kind"
_TOLD: Final[Mapping[str, Promise]] = {
    SignIn.End.IDLE: _("You were signed out after 15 minutes without use. Sign in to go on."),
    SignIn.End.ABSOLUTE: _("You were signed out because your session had lasted its full time. Sign in to go on."),
    SignIn.End.ELSEWHERE: _("This session was ended from another browser of yours."),
    SignIn.End.MANAGER: _("A hall manager ended this session. Sign in to go on."),
    SignIn.End.RESET: _("Your sign-in was reset. Use the code that you were given."),
}


class HallSessionMiddleware(SessionMiddleware):
    """The session's cookie; that of an officer is not sent along by a link on another site (ASVS 5.0: 3.3.2).

    Residents come back from an identity provider on another site, and keep ``Lax``.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Set the cookie as the session's kind of person needs it."""
        response = super().process_response(request, response)
        if (cookie := response.cookies.get(self._name())) and request.session.get(KIND_IN_SESSION) == User.Kind.OFFICER:
            cookie["samesite"] = "Strict"
        return response

    @staticmethod
    def _name() -> str:
        from django.conf import settings

        return str(settings.SESSION_COOKIE_NAME)


class SignedInMiddleware(AuthenticationMiddleware):
    """Puts into ``request.user`` who is signed in at this moment."""

    def process_request(self, request: HttpRequest) -> None:
        """Find out once somebody asks."""
        super().process_request(request)
        request.user = cast(User, SimpleLazyObject(lambda: _person_of(request)))


def _person_of(request: HttpRequest) -> User | AnonymousUser:
    known = request.__dict__
    if "_cached_user" not in known:
        user = auth.get_user(request)
        if isinstance(user, User) and not _is_still_signed_in(request, user):
            # Not logout(): it would ask who is signed in.
            request.session.flush()
            user = AnonymousUser()
        known["_cached_user"] = user
    found: User | AnonymousUser = known["_cached_user"]
    return found


def _is_still_signed_in(request: HttpRequest, user: User) -> bool:
    now = clock.now()
    sign_in = current_sign_in(request, user)
    if sign_in is None:
        return False
    end = sign_in.over(kind=user.kind, now=now)
    if end is None:
        _write_use(sign_in, now=now)
        return True
    if sign_in.ended_at is None:
        SignIn.objects.filter(pk=sign_in.pk, ended_at__isnull=True).update(ended_at=now, end=end)
    if end in _TOLD and not is_api(request):
        messages.warning(request, str(_TOLD[end]), fail_silently=True)
    return False


def _write_use(sign_in: SignIn, *, now: datetime) -> None:
    if now - sign_in.last_used_at >= USE_WRITTEN_EVERY:
        SignIn.objects.filter(pk=sign_in.pk, ended_at__isnull=True).update(last_used_at=now)


def current_sign_in(request: HttpRequest, user: User) -> SignIn | None:
    """Return the row of this browser's session."""
    try:
        key = UUID(request.session.get(SIGN_IN_IN_SESSION, ""))
    except ValueError:
        return None
    return SignIn.objects.filter(pk=key, user=user).first()


def on_signed_in(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Write down that somebody signed in, when and where."""
    now = clock.now()
    agent = request.headers.get("User-Agent", "")
    sign_in = SignIn.objects.create(
        user=user,
        browser=browser_of(agent),
        system=system_of(agent),
        place=masked_network(client_address(request)),
        signed_in_at=now,
        last_used_at=now,
    )
    request.session[SIGN_IN_IN_SESSION], request.session[KIND_IN_SESSION] = str(sign_in.pk), user.kind
    record_action(actor=person_acting(user), action="account.sign_in", capability=OWN, subject=AccountSubject.of(user), now=now)


def on_signed_out(*, request: HttpRequest, user: User | None, **_: Any) -> None:
    """Write down that somebody signed out."""
    sign_in = current_sign_in(request, user) if isinstance(user, User) else None
    if sign_in is not None and isinstance(user, User):
        now = clock.now()
        SignIn.objects.filter(pk=sign_in.pk, ended_at__isnull=True).update(ended_at=now, end=SignIn.End.SIGNED_OUT)
        record_action(actor=person_acting(user), action="account.sign_out", capability=OWN, subject=AccountSubject.of(user), now=now)


def on_confirmed(*, request: HttpRequest, **_: Any) -> None:
    """Give a session that proved more than before a new id: whoever knew the old one has nothing (ASVS 5.0: 7.2.4)."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        request.session.cycle_key()
