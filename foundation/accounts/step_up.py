"""Proving once more who one is, just before something that a person who left the desk must not leave open (ASVS 5.0: 7.5.1, 7.5.3).

Pages ask before they show the form, so that nothing typed is lost, and once more when it is sent; the API answers
``step_up_required``. Which proofs count is read from the records that django-allauth keeps in the session.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.accounts.models import User
from foundation.errors import NotAllowed

WITHIN: Final = timedelta(minutes=5)
SECOND_FACTOR: Final = "mfa"


class StepUpRequired(NotAllowed):
    """Somebody is signed in, but has to confirm that it is still them: 403, and pages lead there and back."""

    code = "step_up_required"
    message = _("Confirm first that it is you. This can only be done within five minutes of that.")


def require_recent_authentication(request: HttpRequest, *, within: timedelta = WITHIN) -> None:
    """Raise :class:`StepUpRequired` unless the person proved within this time who they are."""
    confirmed = confirmed_at(request)
    if confirmed is None or clock.now() - confirmed >= within:
        raise StepUpRequired


def confirmed_at(request: HttpRequest) -> datetime | None:
    """Return when the person of this session proved last who they are.

    Of an officer who has a second factor only the second factor counts: a password may be known to others, or be filled in by
    the browser of a desk that somebody left.
    """
    user = request.user if isinstance(request.user, User) else None
    records = get_authentication_records(request, user)
    if user is not None and user.is_officer and has_second_factor(request):
        records = [record for record in records if record.get("method") == SECOND_FACTOR]
    moments = list(_moments(records))
    return max(moments) if moments else None


def has_second_factor(request: HttpRequest) -> bool:
    """Whether the person who is signed in opened this session with a second factor."""
    user = request.user if isinstance(request.user, User) else None
    return any(record.get("method") == SECOND_FACTOR for record in get_authentication_records(request, user))


def _moments(records: list[dict[str, Any]]) -> Iterator[datetime]:
    for record in records:
        if isinstance(at := record.get("at"), int | float):
            yield datetime.fromtimestamp(at, tz=UTC)
