"""Stop listening to a feed at once, or listen to it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Feed
from foundation.audit.log import Who, record_action
from foundation.audit.rights import MACHINE
from foundation.errors import Conflict, NotFound


def suspend_feed(*, actor: Who, code: str, now: datetime) -> Feed:
    """Refuse everything that the feed sends from the next request on; a batch under way is finished first."""
    return _change(actor=actor, code=code, state=Feed.State.SUSPENDED, now=now)


def resume_feed(*, actor: Who, code: str, now: datetime) -> Feed:
    """Take the feed's messages again."""
    return _change(actor=actor, code=code, state=Feed.State.ACTIVE, now=now)


@transaction.atomic
def _change(*, actor: Who, code: str, state: Feed.State, now: datetime) -> Feed:
    feed = Feed.objects.select_for_update(of=("self",)).select_related("bureau").filter(code=code).first()
    if feed is None:
        raise NotFound(_("There is no feed with this code."), code="feed_not_found", field="code")
    before = feed.state
    if before == state:
        raise Conflict(_("The feed is in this state already."), code="feed_state_same")
    feed.state, feed.state_changed_at, feed.state_changed_by = state, now, f"{actor.kind}:{actor.reference}"
    feed.save(update_fields=["state", "state_changed_at", "state_changed_by"])
    record_action(actor=actor, action=f"feed.{state}", capability=MACHINE, subject=feed, now=now, changes={"state": (before, state)})
    return feed
