"""Give dead events another chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models.functions import Now

from foundation.audit.log import Who, record_action
from foundation.audit.rights import MACHINE
from foundation.outbox.models import Event

EVERY_KIND = "all"


@dataclass(frozen=True, kw_only=True)
class _Events:
    """The dead events of one name, or all of them, as an audit row names them."""

    reference: str
    bureau_code: str = ""
    kind_of_matter: ClassVar[str] = "outbox"


@transaction.atomic
def replay_dead(*, actor: Who, name: str | None = None, now: datetime) -> int:
    """Make dead events due again, all or those of one name; return how many. Why each was given up stays readable until it is done."""
    events = Event.objects.dead()
    if name:
        events = events.filter(name=name)
    count = events.update(dead_at=None, attempts=0, available_at=Now(), leased_until=None)
    subject = _Events(reference=(name or EVERY_KIND)[:40])
    record_action(actor=actor, action="outbox.replay", capability=MACHINE, subject=subject, now=now, changes={"events": (None, count)})
    return count
