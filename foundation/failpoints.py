"""Places at which a process can be made to die, to prove that nothing is lost when it does.

A site knows nothing of this: without ``HALL_FAILPOINTS`` every call is one comparison, and a hall in production does not start with
it. The fault harness (docs/faults.md) names a folder there and puts a file into it; the first process that comes by such a place
removes the file and kills itself as ``kill -9`` would: no handler runs, no buffer is written, no connection is closed in order.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Final

from django.conf import settings

# Where each place is, and what must be true of a process that dies there. ``failpoint`` takes no other name.
PLACES: Final = {
    "web.answered": "A request was carried out and committed; its answer never leaves.",
    "idempotency.kept": "A request with its kept answer is written, not committed.",
    "exchange.written": "A batch of a feed is written, not committed.",
    "outbox.committed": "An event is committed; no worker was asked for it.",
    "outbox.leased": "A worker holds an event and did nothing with it.",
    "outbox.handled": "An event's handlers are done, not committed.",
    "outbox.done": "An event is done; the broker was not told.",
    "deliveries.taken": "A delivery is leased; its provider was not called.",
    "deliveries.accepted": "A provider took a message; the hall has not written that down.",
    "deliveries.recorded": "It is written down, not committed.",
    "documents.kept": "The file of a paper is on the disk; no row names it.",
    "log.chained": "Rows are chained into the log; no checkpoint says so yet.",
    "log.sealed": "A checkpoint is committed, and not published.",
    "log.written": "The tiles of a checkpoint are published, the checkpoint is not.",
    "log.listed": "A checkpoint stands in the list of the day, and is not yet the newest.",
}


def failpoint(name: str) -> None:
    """Die here if somebody asked for it. ``name`` is one of :data:`PLACES`."""
    if settings.FAILPOINTS is not None:
        _die_if_armed(settings.FAILPOINTS, name)


def arm(folder: Path, name: str) -> None:
    """Let the next process that comes by the place die there, one process and once."""
    if name not in PLACES:
        raise KeyError(name)
    (folder / name).touch()


def _die_if_armed(folder: Path, name: str) -> None:
    if name not in PLACES:
        raise KeyError(name)
    try:
        # Of any number of processes one removes the file, and that one dies.
        (folder / name).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
