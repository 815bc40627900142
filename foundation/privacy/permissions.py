"""Who may do what with requests of people and with legal holds."""

from __future__ import annotations

from foundation.accounts.actors import Actor, ActorKind
from foundation.errors import Hidden, NotAllowed
from foundation.organisations.models import Organisation
from foundation.privacy.holders import Holder, holder_of_account
from foundation.privacy.models import Correction

REVIEW = "correction.review"
DECIDE = "correction.decide"
HOLD = "retention.hold"


def own_holder(actor: Actor) -> Holder:
    """Return the resident who acts; raise ``Hidden`` for whoever is none."""
    holder = holder_of_account(actor.reference) if actor.kind == ActorKind.RESIDENT else None
    if holder is None:
        raise Hidden
    return holder


def check_may_see(actor: Actor, correction: Correction) -> None:
    """Let pass who examines or decides requests at the unit it is addressed to; raise ``Hidden``."""
    if not (actor.can(REVIEW, correction.addressed_to) or actor.can(DECIDE, correction.addressed_to)):
        raise Hidden(capability=REVIEW)


def check_may(actor: Actor, capability: str, correction: Correction) -> None:
    """Let pass who holds the capability at the unit, or raise: ``Hidden`` if they may not know of it, else ``NotAllowed``."""
    check_may_see(actor, correction)
    if not actor.can(capability, correction.addressed_to):
        raise NotAllowed(capability=capability)


def check_may_hold(actor: Actor, unit: Organisation) -> None:
    """Let pass who may spare data of the unit from the purge; raise ``NotAllowed``."""
    if not actor.can(HOLD, unit):
        raise NotAllowed(capability=HOLD)
