"""Settle a row of the worklist of people who could not be reached."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import Conflict, Hidden, RuleViolated
from foundation.notifications.models import Unreached
from foundation.notifications.models.unreached import LOOK_AFTER
from foundation.notifications.operations.resend import may_look_after


@transaction.atomic
def settle_unreached(*, actor: Actor, unreached_id: UUID, how: str, now: datetime) -> Unreached:
    """Write down how an officer told the person. Raises ``Hidden`` for another unit's row, ``Conflict`` for one that is settled."""
    rows = Unreached.objects.select_for_update(of=("self",)).select_related("notice__unit")
    row = rows.filter(pk=unreached_id).first()
    if row is None or not may_look_after(actor, row.notice):
        raise Hidden(capability=LOOK_AFTER)
    if row.settled_at is not None:
        raise Conflict(_("Somebody settled this already."), code="settled")
    if how not in Unreached.Settled.values:
        raise RuleViolated(_("Say how the person was told."), code="how_missing", field="how")
    row.settled_at, row.settled_by, row.settled_how = now, actor.label, how
    row.save()
    record_action(
        actor=actor, action="notice.settle", capability=LOOK_AFTER, subject=row.notice, now=now, changes={"settled_how": (None, how)}
    )
    return row
