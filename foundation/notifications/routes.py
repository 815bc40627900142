"""How one person may be told of one matter: asked anew each time something is about to be sent.

A service registers what answers for its matters; the hall then asks it and not the person's wishes. So a safe way of being told, set
at a counter, holds from that moment for everything that still waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from foundation.notifications.models import Channel


@dataclass(frozen=True, kw_only=True)
class Route:
    """What is allowed.

    ``channels`` are the only ones that may be used (None: whatever the person wishes); ``addresses`` are used in
    the place of the person's own, ``known`` where the person has none. Where the person ``is_told_in_person`` nothing is sent or
    shown: the unit does it.
    """

    channels: tuple[Channel, ...] | None = None
    addresses: Mapping[Channel, str] = field(default_factory=dict)
    known: Mapping[Channel, str] = field(default_factory=dict)
    is_told_in_person: bool = False


AS_WISHED = Route()
IN_PERSON = Route(channels=(), is_told_in_person=True)

Resolver = Callable[[str], Route]

_resolvers: dict[str, Resolver] = {}


def register(prefix: str, resolver: Resolver) -> None:
    """Let ``resolver(key)`` answer for the routes ``prefix:key``."""
    _resolvers[prefix] = resolver


def route_of(route: str) -> Route:
    """Return what a notice's route allows now. What nobody answers for is told in person: silence harms less than a wrong phone."""
    if not route:
        return AS_WISHED
    prefix, _colon, key = route.partition(":")
    resolver = _resolvers.get(prefix)
    return resolver(key) if resolver else IN_PERSON
