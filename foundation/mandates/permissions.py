"""Which officers may record and end mandates, and how far the record of them is open at the counter."""

from __future__ import annotations

from typing import Final

from foundation.accounts.actors import Actor
from foundation.errors import Hidden, NotAllowed
from foundation.organisations.models import SEPARATOR, Organisation

REGISTER: Final = "mandate.register"


def check_may_register(actor: Actor, unit: Organisation) -> None:
    """Let the actor pass who records mandates at the unit, or raise ``NotAllowed``."""
    if not actor.can(REGISTER, unit):
        raise NotAllowed(capability=REGISTER)


def check_may_search(actor: Actor) -> None:
    """Let the actor pass who records mandates anywhere, or raise ``NotAllowed``."""
    if not actor.paths_for(REGISTER):
        raise NotAllowed(capability=REGISTER)


def check_may_handle(actor: Actor, bureau_code: str) -> None:
    """Let the actor pass who records mandates within the bureau, or raise ``Hidden``.

    Somebody who has to end a mandate goes to the counter that is nearest, not to the one where it was recorded. A delegation belongs
    to no bureau (``bureau_code`` is empty): any counter may end it.
    """
    root = f"{bureau_code}000000{SEPARATOR}" if bureau_code else ""
    if not any(path.startswith(root) for path in actor.paths_for(REGISTER)):
        raise Hidden(capability=REGISTER)
