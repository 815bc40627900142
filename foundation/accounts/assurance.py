"""How sure the hall is of whoever opened a session, and pages that need to be surer."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.errors import NotAllowed
from foundation.identity_providers.assurance import Assurance

IN_SESSION: Final = "assurance"


class AssuranceTooLow(NotAllowed):
    """Somebody is signed in, but by a way that does not prove enough: 403."""

    code = "assurance_too_low"
    message = _("This needs a stronger sign-in. Sign in with your national identity and try again.")


def assurance_of(request: HttpRequest) -> Assurance:
    """Return the level at which the session was opened, or was confirmed later; the lowest if it does not say."""
    try:
        return Assurance(request.session.get(IN_SESSION, ""))
    except ValueError:
        return Assurance.LOW


def require_assurance(request: HttpRequest, level: Assurance) -> None:
    """Raise :class:`AssuranceTooLow` unless the session reaches the level. Views call it before their operation."""
    if not assurance_of(request).reaches(level):
        raise AssuranceTooLow


def raise_assurance(request: HttpRequest, level: Assurance) -> None:
    """Let a session that proved more count for more; a weaker proof takes nothing away."""
    if level.reaches(assurance_of(request)):
        request.session[IN_SESSION] = str(level)
