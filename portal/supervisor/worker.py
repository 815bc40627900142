"""Celery's worker or its clock, which says when it is ready: ``python -m portal.supervisor.worker ROLE READY_FILE [OPTIONS]``."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

from celery.platforms import SecurityWarning
from celery.signals import beat_init, worker_ready

from portal.celery import app

_QUIETLY = ["--without-gossip", "--without-mingle"]
# Processes with threads: tasks wait for the database and for other people's servers. Those that speak with providers have a process of
# their own with a place for each of four at once on each of four ways (foundation/notifications/sending.py): a provider that hangs
# takes its own places and nobody else's. What computes has another, and gives way to the web.
ROLES = {
    "worker": ["worker", "--pool", "threads", "--concurrency", "4", "--queues", "celery,bulk", *_QUIETLY],
    "senders": ["worker", "--pool", "threads", "--concurrency", "16", "--queues", "sms,email,wechat,codes", *_QUIETLY],
    "papers": ["worker", "--pool", "solo", "--queues", "documents", *_QUIETLY],
    "beat": ["beat", "--pidfile="],
}
WORKERS = ("worker", "senders", "papers")
NICENESS = {"papers": 10}


def main(arguments: list[str]) -> None:
    """Become the worker or the clock."""
    role, ready_file, *rest = arguments

    def tell(**_: object) -> None:
        Path(ready_file).write_text(str(os.getpid()))

    worker_ready.connect(tell)
    beat_init.connect(tell)
    # Tasks carry JSON only, and who runs the hall was decided before this.
    warnings.simplefilter("ignore", SecurityWarning)
    os.nice(NICENESS.get(role, 0))
    command, *options = ROLES[role]
    names = [] if command == "beat" else ["--hostname", f"{role}@%h"]
    app.start(["--quiet", command, "--loglevel", "WARNING", *names, *options, *rest])


def said_ready(ready_file: Path, pid: int) -> bool:
    """Say whether this very process has told that it is ready; an earlier one may have left its word."""
    return ready_file.exists() and ready_file.read_text() == str(pid)


if __name__ == "__main__":
    main(sys.argv[1:])
