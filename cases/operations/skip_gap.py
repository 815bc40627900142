"""Stop waiting for messages that will never come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.operations.exchange_intake import Intake
from cases.operations.release_quarantine import locked_feed_for
from cases.operations.watch_closings import is_held
from cases.permissions import RELEASE_FEED
from foundation.accounts.actors import Actor, actor_of_feed
from foundation.audit.log import record_action
from foundation.errors import Conflict


@transaction.atomic
def skip_gap(*, actor: Actor, feed_code: str, source_case_id: str, now: datetime) -> tuple[int, int]:
    """Let the messages behind the first gap of a case act; return the first and the last number that were skipped.

    A skipped message that comes after all is stored as late and does not move the stage back. What begins a case cannot be skipped.
    """
    feed = locked_feed_for(actor, feed_code)
    intake = Intake(feed=feed, actor=actor_of_feed(feed), now=now, is_held=is_held(feed))
    intake.load(also=[source_case_id])
    stream = intake.streams[source_case_id]
    skipped = stream.skip()
    if skipped is None or stream.case is None:
        raise Conflict(_("No message of this case waits for another one."), code="no_gap")
    intake.draft.touch(stream.case)
    intake.settle()
    intake.draft.write()
    record_action(
        actor=actor, action="exchange.skip_gap", capability=RELEASE_FEED, subject=stream.case, now=now, changes={"source_sequence": skipped}
    )
    return skipped
