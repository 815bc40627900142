"""What codes are for. Each purpose says which numbers a text may go to; the others are answered alike and get none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Receives = Callable[[str, datetime], bool]

_purposes: dict[str, Receives] = {}


def register(purpose: str, receives: Receives) -> None:
    """Let codes be asked for ``purpose``; ``receives(number, now)`` says whether a text goes to a number."""
    _purposes[purpose] = receives


def receives(purpose: str, *, number: str, now: datetime) -> bool:
    """Whether a text with a code goes to this number."""
    return _purposes[purpose](number, now)


def everybody(number: str, now: datetime) -> bool:
    """For purposes of people who are signed in, and prove a number that is not yet known."""
    return True
