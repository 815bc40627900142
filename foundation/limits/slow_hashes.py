"""A queue before slow hashes: a flood of guesses waits outside instead of taking every core and all memory."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from foundation.errors import Unavailable
from foundation.limits.rules import SLOW_HASH_WAIT, SLOW_HASHES_PER_CORE

CORES = len(os.sched_getaffinity(0))
_slots = BoundedSemaphore(SLOW_HASHES_PER_CORE * CORES)


@contextmanager
def slow_hash_slot() -> Iterator[None]:
    """Hold one of this process's slots; raise ``Unavailable`` if none is free in time. Take limits before it, not inside."""
    if not _slots.acquire(timeout=SLOW_HASH_WAIT.total_seconds()):
        raise Unavailable(retry_after=math.ceil(SLOW_HASH_WAIT.total_seconds()))
    try:
        yield
    finally:
        _slots.release()
