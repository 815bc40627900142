"""Note that somebody read what they were told. A reader's own look at their own messages, so no row of the log but the notice's own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from foundation.accounts.actors import Actor
from foundation.errors import Hidden
from foundation.notifications.models import Notice
from foundation.notifications.owners import person_of


@transaction.atomic
def read_notice(*, actor: Actor, notice_id: UUID, now: datetime) -> Notice:
    """Return a notice of the actor's own, read from now on; raise ``Hidden`` for anybody else's. Reading again changes nothing."""
    notice = Notice.objects.of_person(person_of(actor)).select_for_update(of=("self",)).filter(pk=notice_id).first()
    if notice is None:
        raise Hidden
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def read_all_notices(*, actor: Actor, now: datetime) -> int:
    """Take all of the actor's notices for read; return how many were not."""
    return Notice.objects.of_person(person_of(actor)).unread().update(read_at=now)
