"""Children that never outlive us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

LEASH = Path(__file__).with_name("leash.py")


def spawn(
    command: Sequence[str | Path],
    *,
    at_our_death: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = None,
    held: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own: Ctrl-C in the terminal reaches only us, and we stop it in order.

    The kernel sends it ``at_our_death`` when the calling *thread* ends, so call this from a thread that stays.
    ``held`` are descriptors, of locks, that it keeps open as long as it lives.
    """
    leash: list[str | Path] = [sys.executable, "-I", "-S", LEASH, str(int(at_our_death)), str(os.getpid())]
    return subprocess.Popen(
        [*leash, *command],
        env=None if environment is None else dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        pass_fds=held,
    )


def stop(child: subprocess.Popen[bytes], *, by: signal.Signals = signal.SIGTERM, patience: float) -> bool:
    """Ask a child to stop; after ``patience`` seconds kill its whole group. Return whether it stopped by itself."""
    if child.poll() is None:
        child.send_signal(by)
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        kill_group(child)
        child.wait()
        return False
    kill_group(child)
    return True


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill what a child may have left behind: its own children are in its group."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
