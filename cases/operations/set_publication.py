"""Decide how far a case is open to its parties."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.policies import check_publication
from cases.domain.publication import Publication
from cases.models import Case
from cases.operations.append_entry import PROGRESSED
from cases.operations.locking import lock_case
from cases.permissions import WITHHOLD, check_may
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.audit.masked import Plain
from foundation.errors import RuleViolated
from foundation.outbox.events import publish


@transaction.atomic
def set_publication(
    *, actor: Actor, reference: str, publication: str, now: datetime, ground: str = "", is_counter_only: bool | None = None
) -> Case:
    """Open, narrow or close a case; it acts from the next look-up on. ``is_counter_only`` takes it off all remote ways, or back."""
    case = lock_case(reference)
    check_may(actor, WITHHOLD, case)
    check_publication(publication, ground)
    if case.category.default_publication == Publication.CLOSED and publication != Publication.CLOSED:
        raise RuleViolated(_("Cases of this category are closed by law."), code="must_be_closed", field="publication")
    before = (case.publication, case.ground, case.is_counter_only)
    case.publication, case.ground = publication, ground
    if is_counter_only is not None:
        case.is_counter_only = is_counter_only
    case.save(update_fields=["publication", "ground", "is_counter_only"])
    record_action(
        actor=actor,
        action="case.set_publication",
        capability=WITHHOLD,
        subject=case,
        now=now,
        changes={
            "publication": (before[0], case.publication),
            "ground": (Plain(before[1]), Plain(ground)),
            "is_counter_only": (before[2], case.is_counter_only),
        },
    )
    publish(PROGRESSED, now=now, reference=case.reference, sequence=case.progress_length)
    return case
