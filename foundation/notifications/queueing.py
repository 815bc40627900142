"""Asking the workers of a channel to look what is due. A message to the broker names the channel at most: PostgreSQL holds the rest."""

from __future__ import annotations

from functools import partial

import structlog
from django.db import transaction

log = structlog.get_logger(__name__)


def hurry_after_commit(channel: str) -> None:
    """Let a worker of the channel look as soon as the caller's change is committed."""
    transaction.on_commit(partial(hurry, channel))


def hurry(channel: str) -> bool:
    """Ask a worker of the channel to look; return whether the broker took it. If not, the sweep asks again."""
    from foundation.notifications.tasks import TASKS

    try:
        TASKS[channel].delay()
    except Exception as error:
        # Whatever the broker's client raises, the rows are committed and the sweep will find them.
        log.warning("notifications.broker_away", channel=channel, error=type(error).__name__)
        return False
    return True
