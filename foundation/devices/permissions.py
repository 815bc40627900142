"""Who may look after which machines."""

from __future__ import annotations

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.models import Machine
from foundation.audit.rights import MACHINE
from foundation.devices.families import Family
from foundation.errors import Hidden, NotAllowed
from foundation.organisations.models import Organisation


def check_may_manage(actor: Actor, family: Family, machine: Machine) -> None:
    """Let pass who looks after machines of the kind at the machine's organisation; for everybody else it is not there.

    Whoever may run a command already holds the machine that the hall runs on.
    """
    if actor.kind != ActorKind.COMMAND and not actor.can(family.capability, machine.home):
        raise Hidden(capability=family.capability)


def check_may_enter(actor: Actor, family: Family, home: Organisation) -> None:
    """Let pass who may enter a new machine of the kind there; raise ``NotAllowed``."""
    if actor.kind != ActorKind.COMMAND and not actor.can(family.capability, home):
        raise NotAllowed(capability=family.capability)


def right_of(actor: Actor, family: Family) -> str:
    """Return by what right the actor looks after machines of the kind, as the audit log writes it down."""
    return MACHINE if actor.kind == ActorKind.COMMAND else family.capability
