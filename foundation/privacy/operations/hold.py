"""Spare a matter or an account from the purge until a day, and stop doing so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.clock import city_date
from foundation.errors import Conflict, Hidden, RuleViolated
from foundation.organisations.models import Organisation
from foundation.organisations.queries import bureaus
from foundation.privacy.holders import holder_of_account
from foundation.privacy.models import LegalHold
from foundation.privacy.operations.ask_correction import written
from foundation.privacy.permissions import HOLD, check_may_hold

LONGEST: Final = timedelta(days=3 * 366)
UnitOf = Callable[[str], Organisation | None]
_units: dict[str, UnitOf] = {}


def register(kind: str, unit_of: UnitOf) -> None:
    """Let a service say which unit handles one of its matters, so that it can be held."""
    _units[kind] = unit_of


@transaction.atomic
def set_hold(*, actor: Actor, subject: str, ground: str, ends_on: date, now: datetime) -> LegalHold:
    """Hold the case or the account with this public reference until a day, at most three years ahead; longer needs a new hold.

    A case is held at its unit, an account at the bureau of the officer. Raises ``NotAllowed`` or ``RuleViolated`` naming the field.
    """
    kind, unit = _find(actor, subject)
    check_may_hold(actor, unit)
    today = city_date(now)
    if not today < ends_on <= today + LONGEST:
        raise RuleViolated(_("A hold ends on a day within the next three years."), code="hold_end", field="ends_on")
    hold = LegalHold.objects.create(
        bureau_code=unit.bureau_code,
        unit=unit,
        kind=kind,
        subject_reference=subject,
        ground=written(ground, field="ground"),
        set_at=now,
        set_by=actor.label,
        ends_on=ends_on,
    )
    changes = {"subject": (None, subject), "ends_on": (None, ends_on.isoformat())}
    record_action(actor=actor, action="hold.set", capability=HOLD, subject=hold, now=now, changes=changes)
    return hold


@transaction.atomic
def lift_hold(*, actor: Actor, reference: str, now: datetime) -> LegalHold:
    """End a hold before its day. Raises ``Hidden``, or ``Conflict`` for one that has ended."""
    hold = LegalHold.objects.select_for_update(of=("self",)).select_related("unit").filter(reference=reference).first()
    if hold is None or not actor.can(HOLD, hold.unit):
        raise Hidden(capability=HOLD)
    if hold.lifted_at is not None or hold.ends_on < city_date(now):
        raise Conflict(_("This hold has ended already."), code="hold_ended")
    hold.lifted_at, hold.lifted_by = now, actor.label
    hold.save(update_fields=["lifted_at", "lifted_by"])
    record_action(actor=actor, action="hold.lift", capability=HOLD, subject=hold, now=now, changes={"lifted": (False, True)})
    return hold


def _find(actor: Actor, subject: str) -> tuple[str, Organisation]:
    for kind, unit_of in _units.items():
        if unit := unit_of(subject):
            return kind, unit
    own_bureau = next((each for each in bureaus() if actor.can(HOLD, each)), None)
    if own_bureau is not None and holder_of_account(subject) is not None:
        return LegalHold.Kind.ACCOUNT, own_bureau
    raise RuleViolated(_("There is no case or account with this number that you may hold."), code="no_such_subject", field="subject")
