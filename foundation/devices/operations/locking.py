"""Take the row of a machine for as long as the transaction lasts."""

from __future__ import annotations

from typing import Any

from foundation.accounts.actors import Actor
from foundation.devices.families import Family
from foundation.devices.permissions import check_may_manage
from foundation.errors import Hidden


def locked(actor: Actor, family: Family, reference: str) -> Any:
    """Return the machine, locked, to whoever looks after it; raise ``Hidden`` for everybody else, and if there is none."""
    machine = family.named(reference).select_for_update(of=("self",)).first()
    if machine is None:
        raise Hidden(capability=family.capability)
    check_may_manage(actor, family, machine)
    return machine
