"""What follows when a second factor is set up, renewed or removed: who proved it counts as having shown it, and the log knows."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from foundation import clock
from foundation.accounts.models import User
from foundation.accounts.step_up import SECOND_FACTOR
from foundation.accounts.subjects import AccountSubject, person_acting
from foundation.audit.log import record_action
from foundation.audit.rights import OWN

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def on_added(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Count a factor that was just set up as shown."""
    if authenticator.type in FACTORS:
        record_authentication(request, user, method=SECOND_FACTOR, id=authenticator.pk, type=authenticator.type)
    _record("account.add_factor", user, before=None, after=authenticator.type)


def on_renewed(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Write down that recovery codes were made anew."""
    _record("account.renew_factor", user, before=authenticator.type, after=authenticator.type)


def on_removed(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Forget that this session showed a second factor once none is left: the next page asks for a new one."""
    if not Authenticator.objects.filter(user=user, type__in=FACTORS).exists():
        records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [each for each in records if each.get("method") != SECOND_FACTOR]
    _record("account.remove_factor", user, before=authenticator.type, after=None)


def _record(action: str, user: User, *, before: str | None, after: str | None) -> None:
    changes = {"second_factor": (before, after)}
    subject = AccountSubject.of(user)
    record_action(actor=person_acting(user), action=action, capability=OWN, subject=subject, now=clock.now(), changes=changes)
