"""What codes are for. Each purpose says which numbers a text may go to; the others are answered alike and get none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

Receives = Callable[[str, datetime], bool]

USUAL_TEXT: Final = "one-time-code"

_purposes: dict[str, Receives] = {}
_texts: dict[str, str] = {}
_channels: dict[str, str] = {}


def register(purpose: str, receives: Receives, *, text: str = USUAL_TEXT, channel: str = "sms") -> None:
    """Let codes be asked for ``purpose``; ``receives(number, now)`` says whether a text goes to a number, ``text`` which.

    Where ``channel`` is ``email`` the number is an address, and a mail goes to it.
    """
    _purposes[purpose], _texts[purpose], _channels[purpose] = receives, text, channel


def text_for(purpose: str) -> str:
    """Return which text carries codes of this purpose (``foundation.notifications.templates``)."""
    return _texts[purpose]


def receives(purpose: str, *, number: str, now: datetime) -> bool:
    """Whether a text with a code goes to this number."""
    return _purposes[purpose](number, now)


def channel_of(purpose: str) -> str:
    """Return by which way the codes of a purpose go."""
    return _channels[purpose]


def everybody(number: str, now: datetime) -> bool:
    """For purposes of people who are signed in, and prove a number that is not yet known."""
    return True
