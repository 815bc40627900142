"""Record at the counter who acts for a child by law."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.capacity import Capacity, capacity_of, of_age_at
from foundation.audit.log import record_action
from foundation.errors import Conflict, RuleViolated
from foundation.mandates.models import Guardianship
from foundation.mandates.operations.enter_person import Named, check_of_age, enter_person
from foundation.mandates.operations.written import read_evidence
from foundation.mandates.permissions import REGISTER, check_may_register
from foundation.mandates.terms import end_of
from foundation.organisations.models import Organisation


@transaction.atomic
def record_guardianship(
    *,
    actor: Actor,
    unit: Organisation,
    child: Named,
    guardian: Named,
    kind: str,
    evidence: str,
    now: datetime,
    until_on: date | None = None,
) -> Guardianship:
    """Let a guardian act for a child from now on: until the eighteenth birthday, or until the end of an earlier day.

    Either person is entered if the hall did not know them. Raises ``NotAllowed``, ``RuleViolated`` naming the field, or ``Conflict``.
    """
    check_may_register(actor, unit)
    ward, who = enter_person(child, now=now), enter_person(guardian, now=now)
    if ward.pk == who.pk:
        raise RuleViolated(_("Nobody is their own guardian."), code="same_person", field="guardian_id_number")
    if capacity_of(ward.id_number, now=now) is Capacity.FULL:
        raise RuleViolated(_("This person is of age and needs no guardian for being a child."), code="of_age", field="child_id_number")
    check_of_age(who.id_number, now=now, field="guardian_id_number")
    until = _end(of_age_at(ward.id_number, now=now), until_on=until_on, now=now)
    try:
        with transaction.atomic():
            found = Guardianship.objects.create(
                child=ward,
                guardian=who,
                kind=Guardianship.Kind(kind),
                evidence=read_evidence(evidence),
                unit=unit,
                from_at=now,
                until_at=until,
                over_at=until,
                recorded_at=now,
                recorded_by=actor.label,
            )
    except IntegrityError as error:
        raise Conflict(_("This guardianship is on record already."), code="already_recorded", field="guardian_id_number") from error
    changes = {"until": (None, until)}
    record_action(actor=actor, action="mandate.record_guardianship", capability=REGISTER, subject=found, now=now, changes=changes)
    return found


def _end(of_age: datetime, *, until_on: date | None, now: datetime) -> datetime:
    if until_on is None:
        return of_age
    chosen = end_of(until_on)
    if chosen <= now:
        raise RuleViolated(_("This day is over already."), code="until_past", field="until_on")
    return min(chosen, of_age)
