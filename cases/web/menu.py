"""What the officer at hand may do with the case at hand: the page offers that and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from cases import permissions
from cases.domain.clocks import term_of
from cases.models import Case
from foundation.accounts.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Menu:
    """Rights of one officer at one case; the operations decide again."""

    publish: bool
    withhold: bool
    code: bool
    message: bool
    parties: bool
    property: bool
    transfer: bool
    extend: bool
    clock: bool


def menu_of(actor: Actor, case: Case) -> Menu:
    """Return what may be offered. A case that was joined with another is only read; terms move only where the law sets one."""
    is_live = case.merged_into_id is None
    term = term_of(kind=case.kind, status=case.status) if is_live else None
    publishes = is_live and actor.can(permissions.PUBLISH, case.unit)
    return Menu(
        publish=publishes,
        withhold=actor.can(permissions.WITHHOLD, case.unit),
        code=is_live and actor.can(permissions.CODE, case.unit),
        message=actor.can(permissions.MESSAGE, case.unit),
        parties=is_live and actor.can(permissions.PARTIES, case.unit),
        property=actor.can(permissions.PROPERTY, case.unit),
        transfer=is_live and actor.can(permissions.TRANSFER, case.unit),
        extend=bool(term and term.extendable_to) and actor.can(permissions.EXTEND, case.unit),
        clock=term is not None and publishes,
    )
