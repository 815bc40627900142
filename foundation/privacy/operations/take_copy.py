"""Take a copy of all that the hall holds of oneself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.limits.limiter import take
from foundation.limits.rules import COPIES_OF_DATA
from foundation.privacy.copies import Copy, copy_for
from foundation.privacy.permissions import own_holder
from foundation.privacy.subjects import OwnAccount


def take_copy(*, actor: Actor, now: datetime) -> Copy:
    """Return the copy, made in memory and kept nowhere (PIPL art. 45). Raises ``Hidden`` for who is no resident, ``TooManyRequests``."""
    holder = own_holder(actor)
    take(COPIES_OF_DATA, target=holder.account, now=now)
    with transaction.atomic():
        copy = copy_for(holder, now=now)
        record_action(actor=actor, action="privacy.take_copy", capability=OWN, subject=OwnAccount(reference=holder.account), now=now)
    return copy
