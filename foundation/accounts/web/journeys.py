"""Journeys of this browser to identity providers, kept in its session while it is away."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest

from foundation.identity_providers.errors import IdentityRefused
from foundation.identity_providers.journeys import Journey

IN_SESSION: Final = "journeys"
# One for each window that somebody may have left open.
MOST: Final = 5
LONGEST_SECONDS: Final = 600


def remember(request: HttpRequest, journey: Journey) -> None:
    """Keep a journey that begins, and forget the oldest beyond a few."""
    kept: list[dict[str, Any]] = request.session.get(IN_SESSION, [])
    request.session[IN_SESSION] = [*kept, journey.kept()][-MOST:]


def come_back(request: HttpRequest, *, provider: str, state: str, now: datetime) -> Journey:
    """Return the journey that this browser began with this state, and forget it: a state is good once, here, for ten minutes.

    Raises :class:`IdentityRefused` for a state that another session made, that was used, or that belongs to another provider: the
    answer of one provider must not be taken for that of another (RFC 9700, 4.4).
    """
    kept: list[dict[str, Any]] = request.session.get(IN_SESSION, [])
    found = [row for row in kept if state and row["state"] == state]
    if not found:
        raise IdentityRefused("state_unknown")
    request.session[IN_SESSION] = [row for row in kept if row["state"] != state]
    journey = Journey(**found[0])
    if journey.provider != provider or now.timestamp() - journey.began_at > LONGEST_SECONDS:
        raise IdentityRefused("state_unknown")
    return journey
