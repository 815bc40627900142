"""The one way into the history of machines: an operation calls it beside its audit row."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Machine
from foundation.devices.models import MachineEvent
from foundation.errors import RuleViolated


def write_history(
    *, machine: Machine, kind: MachineEvent.Kind, actor: Actor, now: datetime, reason: str = "", key: bytes | None = None
) -> None:
    """Append what happened; with ``key``, that the machine is known by this public key from now on.

    Raises ``RuleViolated(code="key_used")`` for a key that any machine ever had; what was written before in the caller's transaction
    can still be kept or rolled back.
    """
    event = MachineEvent(
        at=now,
        machine_kind=machine.kind_of_matter,
        machine_reference=machine.reference,
        bureau_code=machine.bureau_code,
        kind=kind,
        state=machine.state,
        by_kind=str(actor.kind),
        by_reference=actor.reference,
        reason=reason,
        key_id=(machine.key_id or "") if key else "",
        key_digest=hashlib.sha256(key).digest() if key else None,
    )
    try:
        with transaction.atomic():
            event.save()
    except IntegrityError as error:
        raise RuleViolated(_("This key was used before. Make a new pair of keys."), code="key_used", field="public_key") from error
