"""How each person of a case may be told of news: what a counter set goes before what the person wishes."""

from __future__ import annotations

from uuid import UUID

from cases.models import Case, Party
from foundation.notifications import routes
from foundation.notifications.models import Channel
from foundation.notifications.routes import IN_PERSON, Route

# Nothing goes out and nobody has to tell: the case is the counter's alone, or the person is no longer one of its people.
NOTHING = Route(channels=())


def register() -> None:
    """Let notices of cases ask."""
    routes.register("party", _route)


def route_of_party(party: Party) -> str:
    """Return the name under which notices ask how a party may be told."""
    return f"party:{party.pk}"


def _route(key: str) -> Route:
    party = Party.objects.select_related("case").filter(pk=UUID(key)).first()
    return NOTHING if party is None else route_for(party, party.case)


def route_for(party: Party, case: Case) -> Route:
    """Return how a party may be told now.

    Of a case that is closed to inquiry (domestic violence, sexual offences, minors) only a number that was given as safe hears: its
    category alone would betray it. A case at the counter only is silent, as the victim wished.
    """
    if party.removed_at is not None or case.is_counter_only:
        return NOTHING
    if party.telling == Party.Telling.IN_PERSON:
        return IN_PERSON
    if party.telling == Party.Telling.SAFE_NUMBER:
        return Route(channels=(Channel.SMS,), addresses={Channel.SMS: party.safe_phone}) if party.safe_phone else IN_PERSON
    if not case.is_open_to_inquiry:
        return NOTHING
    return Route(known={Channel.SMS: party.phone} if party.phone else {})
