"""Keep a guardian, an agent or a delegate from one case; a guardian may be the one whom a child has to be protected from."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from cases.operations.locking import lock_case
from cases.permissions import PARTIES, check_may
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.mandates.mandate import matter_key
from foundation.mandates.models import Exclusion
from foundation.mandates.operations.enter_person import Named
from foundation.mandates.operations.exclude_person import exclude_person, lift_exclusion


@transaction.atomic
def exclude_from_case(*, actor: Actor, reference: str, who: Named, reason: str, now: datetime) -> Exclusion:
    """Let a person see nothing of a case through others from the next request on, whatever they may do for them now or later.

    They are answered as if there were no such case. Raises ``Hidden``, ``NotAllowed``, ``RuleViolated`` or ``Conflict``.
    """
    case = lock_case(reference)
    check_may(actor, PARTIES, case)
    matter = matter_key(kind=case.kind_of_matter, reference=case.reference)
    excluded = exclude_person(actor=actor, matter=matter, bureau_code=case.bureau_code, who=who, reason=reason, now=now)
    record_action(
        actor=actor, action="case.exclude", capability=PARTIES, subject=case, now=now, changes={"excluded": (None, str(excluded.pk))}
    )
    return excluded


@transaction.atomic
def readmit_to_case(*, actor: Actor, reference: str, exclusion: UUID, now: datetime) -> Exclusion:
    """Let a person act in a case again, as far as their mandates reach. Raises ``Hidden``, ``NotAllowed``, ``NotFound``."""
    case = lock_case(reference)
    check_may(actor, PARTIES, case)
    matter = matter_key(kind=case.kind_of_matter, reference=case.reference)
    lifted = lift_exclusion(actor=actor, matter=matter, exclusion=exclusion, now=now)
    record_action(
        actor=actor, action="case.readmit", capability=PARTIES, subject=case, now=now, changes={"excluded": (str(lifted.pk), None)}
    )
    return lifted
