"""Take a case in hand, or give it to a colleague."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.operations.locking import check_live, lock_case
from cases.permissions import PUBLISH, check_may
from foundation.accounts.actors import Actor, actor_of_user
from foundation.accounts.models import User
from foundation.audit.log import record_action
from foundation.errors import RuleViolated


@transaction.atomic
def take_case(*, actor: Actor, reference: str, officer: User, now: datetime) -> Case:
    """Make ``officer`` the one whom the party asks for. They must be able to publish at the case's unit."""
    case = lock_case(reference)
    check_may(actor, PUBLISH, case)
    check_live(case)
    if not (officer.is_active and officer.is_officer and actor_of_user(officer).can(PUBLISH, case.unit)):
        raise RuleViolated(_("This officer cannot handle cases of the unit."), code="officer_not_possible", field="officer")
    before = case.officer.reference if case.officer else None
    case.officer = officer
    case.save(update_fields=["officer"])
    record_action(
        actor=actor, action="case.take", capability=PUBLISH, subject=case, now=now, changes={"officer": (before, officer.reference)}
    )
    return case
