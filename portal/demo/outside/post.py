"""What the providers were handed: the references they know, and what phones, accounts and mailboxes show."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from portal.demo.outside.behaviour import Moods
from portal.demo.outside.ledger import Ledger

MOST_KEPT = 2000


class OtherMessage(Exception):
    """The reference was used for another message."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """A message as its recipient sees it; ``state`` is the last that the provider knows of it."""

    channel: str
    to: str
    text: str
    reference: str
    message_id: str
    title: str = ""
    sender: str = ""
    state: str = "accepted"
    reason: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A message that was accepted, now or before."""

    message_id: str
    is_new: bool


class Post:
    """One for the whole process: the ledger, the pages, the moods."""

    def __init__(self, ledger: Ledger) -> None:
        self.moods = Moods()
        self._ledger = ledger
        self._lock = threading.Lock()
        self._known = {(each["channel"], each["reference"]): (each["message_id"], each["fingerprint"]) for each in ledger.accepted()}
        self._shown: OrderedDict[tuple[str, str], Received] = OrderedDict()

    def take(self, *, channel: str, reference: str, to: str, text: str, prefix: str = "") -> Taken:
        """Accept a message, once for each reference; raise :class:`OtherMessage`. It is in the ledger when this returns."""
        fingerprint = hashlib.sha256(f"{to}\n{text}".encode()).hexdigest()[:32]
        with self._lock:
            known = self._known.get((channel, reference))
            if known and known[1] != fingerprint:
                raise OtherMessage
            message_id = known[0] if known else f"{prefix}{secrets.randbits(52):016d}"
            kind = "again" if known else "accepted"
            self._ledger.write(kind, channel=channel, reference=reference, message_id=message_id, fingerprint=fingerprint)
            self._known[channel, reference] = (message_id, fingerprint)
        return Taken(message_id=message_id, is_new=known is None)

    def show(self, received: Received) -> None:
        """Put a message before its recipient."""
        with self._lock:
            self._shown[received.channel, received.reference] = received
            while len(self._shown) > MOST_KEPT:
                self._shown.popitem(last=False)

    def change(self, channel: str, reference: str, *, state: str, reason: str = "") -> None:
        """Note how far a message is."""
        with self._lock:
            if before := self._shown.get((channel, reference)):
                self._shown[channel, reference] = Received(**{**vars(before), "state": state, "reason": reason})

    def find(self, channel: str, reference: str) -> Received | None:
        """Return one message."""
        with self._lock:
            return self._shown.get((channel, reference))

    def received(self, *, channel: str = "", to: str = "") -> list[Received]:
        """Return messages, the oldest first; what was dropped on the way was received by nobody."""
        with self._lock:
            shown = list(self._shown.values())
        return [each for each in shown if each.state != "dropped" and channel in {"", each.channel} and to in {"", each.to}]

    def forget(self) -> None:
        """Empty the pages; references stay known."""
        with self._lock:
            self._shown.clear()
