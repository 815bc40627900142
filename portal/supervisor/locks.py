"""A folder belongs to one process at a time, and to nobody once that process and its children are gone."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def take(path: Path) -> int | None:
    """Take the lock file and return its descriptor; return nothing when another process holds it.

    The lock is released when every process that holds the descriptor has closed it or ended, however it ended.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
