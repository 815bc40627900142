"""Bring a fresh checkout to where its own Python can take over. Standard library only.

What was done is remembered by the hash of what it was done from, so a second start skips it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
from pathlib import Path

from portal.supervisor import frontend, packages
from portal.supervisor.problems import Problem
from portal.supervisor.progress import say

ROOT = Path(__file__).resolve().parents[2]
ROOM_NEEDED = 1_500_000_000

# Target of the Makefile: the module that does it, and whether it shows pages.
TARGETS = {
    "run": ("portal.supervisor.run", True),
    "test": ("portal.supervisor.test", True),
    "check": ("portal.supervisor.check", True),
    "bench": ("tests.bench", True),
    "faults": ("tests.faults", False),
    "format": ("portal.supervisor.tidy", False),
    "lock": ("portal.supervisor.relock", False),
}


def main(arguments: list[str]) -> None:
    """Prepare what the target needs and become it."""
    target, *rest = arguments or ["run"]
    if target not in TARGETS:
        sys.exit(f"hall: there is no target {target!r}. There are: {', '.join(TARGETS)}.")
    module, has_pages = TARGETS[target]
    os.chdir(ROOT)
    try:
        python = prepare(has_pages=has_pages)
    except Problem as problem:
        sys.exit(f"hall: {problem}")
    except KeyboardInterrupt:
        sys.exit("hall: interrupted; what is done is kept.")
    os.execv(python, [str(python), "-m", module, *rest])


def prepare(*, has_pages: bool) -> Path:
    """Install what is missing and return the virtual environment's Python."""
    _refuse_unwritable()
    lock = os.open(ROOT, os.O_RDONLY)
    try:
        _wait_for_turn(lock)
        if not packages.is_installed(ROOT):
            _refuse_full()
            packages.install(ROOT)
        if has_pages and not frontend.is_built(ROOT):
            _refuse_full()
            frontend.build(ROOT)
    finally:
        os.close(lock)
    return packages.python_of(ROOT)


def _wait_for_turn(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("- Another make is preparing this folder; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


def _refuse_unwritable() -> None:
    try:
        tempfile.TemporaryFile(dir=ROOT).close()
    except OSError as error:
        if "space" in str(error):
            raise Problem("The disk is full.", mend="Free at least 1.5 GB, then start again.") from error
        raise Problem(f"{ROOT} cannot be written to ({error.strerror}).", mend="Copy the project to a folder of your own.") from error


def _refuse_full() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < ROOM_NEEDED:
        raise Problem(f"Only {free // 1_000_000} MB are free for {ROOT}.", mend="Free at least 1.5 GB, then start again.")
