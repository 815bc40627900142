"""Give deliveries another chance that failed for a reason which was mended since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import F

from foundation.audit.log import Change, Who, record_action
from foundation.audit.rights import MACHINE
from foundation.notifications.models import Delivery, State
from foundation.notifications.queueing import hurry_after_commit

EVERY_CHANNEL = "all"


@dataclass(frozen=True, kw_only=True)
class _Deliveries:
    """The dead deliveries of one channel, or all of them, as an audit row names them."""

    reference: str
    bureau_code: str = ""
    kind_of_matter: ClassVar[str] = "outbox"


@transaction.atomic
def replay_dead(*, actor: Who, channel: str | None = None, reason: str | None = None, now: datetime) -> int:
    """Make dead deliveries due again, all or those of one channel or reason; return how many. Their references stay what they were.

    Tries before stay written down. Meant for an operator at the machine, who mended a template or a key.
    """
    dead = Delivery.objects.dead().select_for_update(of=("self",), skip_locked=True)
    if channel:
        dead = dead.filter(channel=channel)
    if reason:
        dead = dead.filter(reason=reason)
    found = dict(dead.values_list("pk", "channel"))
    again: dict[str, Any] = {
        "state": State.WAITING,
        "reason": "",
        "last_error": "",
        "dead_at": None,
        "due_at": now,
        "wanted_at": now,
        "forgiven": F("attempts"),
    }
    count = Delivery.objects.filter(pk__in=list(found)).update(**again)
    for each in set(found.values()):
        hurry_after_commit(each)
    changes: dict[str, Change] = {"deliveries": (None, count), "failed_for": (None, reason)}
    subject = _Deliveries(reference=channel or EVERY_CHANNEL)
    record_action(actor=actor, action="delivery.replay", capability=MACHINE, subject=subject, now=now, changes=changes)
    return count
