"""What a machine may do. No post can add to it: nobody grants anything to a machine."""

from __future__ import annotations

from typing import Final

from foundation.accounts.actors import Actor, ActorKind, actor_of_feed
from foundation.accounts.models import Feed, Machine
from foundation.devices.models import Kiosk

LOOK_UP: Final = "kiosk.look_up"
REPORT: Final = "kiosk.report"
# All of it: to pass on the code that somebody standing before it types or shows, and to say how it is. No role holds either.
KIOSK_CAPABILITIES: Final = frozenset({LOOK_UP, REPORT})


def actor_of_kiosk(kiosk: Kiosk) -> Actor:
    """Return the actor that a terminal is. Its name is the place where it stands, for the person whose case is looked at."""
    scopes = frozenset((capability, kiosk.place.path) for capability in KIOSK_CAPABILITIES)
    return Actor(kind=ActorKind.KIOSK, reference=kiosk.number, name=kiosk.location_zh, scopes=scopes)


def actor_of_machine(machine: Machine) -> Actor:
    """Return the actor that a machine of either kind is."""
    if isinstance(machine, Kiosk):
        return actor_of_kiosk(machine)
    if isinstance(machine, Feed):
        return actor_of_feed(machine)
    raise TypeError(f"{type(machine).__name__} is no machine that acts")
