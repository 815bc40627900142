"""What a person sees while something takes long. Standard library only: it runs before anything is installed."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from portal.supervisor.problems import Problem

PULSE = 5.0
_HINTS = (
    ("No space left on device", "The disk is full.", "Free at least 1.5 GB, then start again: what is done is kept."),
    ("Read-only file system", "The folder cannot be written to.", "Copy the project to a folder of your own."),
    (
        "THESE PACKAGES DO NOT MATCH THE HASHES",
        "A downloaded package is not the one that was locked.",
        "Do not use that source of packages.",
    ),
)


def say(text: str) -> None:
    """Print one line at once, even into a pipe."""
    # In one piece: lines of several services are passed on at the same time.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Name what is being done, and how long it took."""
    began = time.monotonic()
    say(f"- {title}")
    yield
    say(f"  done in {time.monotonic() - began:.1f} s")


def run_long(command: Sequence[str | Path], *, title: str, mend: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a command that may take minutes: quiet, with a sign of life every five seconds.

    Raises :class:`Problem` with the command's last lines when it fails; ``mend`` is what a person may do about it.
    """
    with step(title):
        began = time.monotonic()
        lines: deque[str] = deque(maxlen=20)
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
        ) as child:
            reader = threading.Thread(target=_collect, args=(child, lines), daemon=True)
            reader.start()
            try:
                while _is_running(child):
                    say(f"  {time.monotonic() - began:4.0f} s  {lines[-1].strip()[:100] if lines else ''}".rstrip())
            finally:
                child.kill()
            reader.join()
        if child.returncode != 0:
            _fail(title, list(lines), mend)


def _is_running(child: subprocess.Popen[str]) -> bool:
    try:
        child.wait(PULSE)
    except subprocess.TimeoutExpired:
        return True
    return False


def _collect(child: subprocess.Popen[str], lines: deque[str]) -> None:
    for line in child.stdout or ():
        if line.strip():
            lines.append(line.rstrip())


def _fail(title: str, lines: list[str], mend: str) -> None:
    for line in lines:
        say(f"    {line}")
    text = "\n".join(lines)
    for mark, what, hint in _HINTS:
        if mark in text:
            raise Problem(what, mend=hint)
    raise Problem(f"{title} failed; the last lines above say why.", mend=mend)
