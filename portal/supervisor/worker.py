"""Celery's worker or its clock, which says when it is ready: ``python -m portal.supervisor.worker worker|beat READY_FILE [OPTIONS]``."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

from celery.platforms import SecurityWarning
from celery.signals import beat_init, worker_ready

from portal.celery import app

# One process with threads: tasks wait for the database and for other services, they do not compute.
OPTIONS = {
    "worker": ["--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle"],
    "beat": ["--pidfile="],
}


def main(arguments: list[str]) -> None:
    """Become the worker or the clock."""
    role, ready_file, *rest = arguments

    def tell(**_: object) -> None:
        Path(ready_file).write_text(str(os.getpid()))

    worker_ready.connect(tell)
    beat_init.connect(tell)
    # Tasks carry JSON only, and who runs the hall was decided before this.
    warnings.simplefilter("ignore", SecurityWarning)
    app.start(["--quiet", role, "--loglevel", "WARNING", *OPTIONS[role], *rest])


def said_ready(ready_file: Path, pid: int) -> bool:
    """Say whether this very process has told that it is ready; an earlier one may have left its word."""
    return ready_file.exists() and ready_file.read_text() == str(pid)


if __name__ == "__main__":
    main(sys.argv[1:])
