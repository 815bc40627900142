"""How long to wait between tries: at once, after five minutes, and ever longer until four hours are over."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final
from uuid import UUID

# Together four hours; jitter only ever shortens a pause, so that the last try lies within them.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 5, 10, 20, 40, 80, 80))
TRIES: Final = len(PAUSES) + 1
# What fails because the hall itself cannot make the message does not get better by waiting for hours.
TRIES_OF_BROKEN: Final = 5
_JITTER: Final = 0.2


def pause_after(attempt: int, *, delivery: UUID) -> timedelta | None:
    """Return how long a delivery waits after its so many-th try, up to a fifth less than the table says; nothing after the last.

    What failed together does not come back together. The jitter is a function of delivery and try, so that a test can repeat it.
    """
    if attempt > len(PAUSES):
        return None
    digest = hashlib.sha256(delivery.bytes + attempt.to_bytes(2, "big")).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return PAUSES[attempt - 1] * (1 - _JITTER * share)
