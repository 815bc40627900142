"""Telling the hall what became of its messages, as the moods want it: late, twice, out of order, or as somebody who is not the provider."""

from __future__ import annotations

import heapq
import itertools
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from portal.demo.outside import signing
from portal.demo.outside.post import Post, Received
from portal.supervisor.outside import SMS_REPORTS_KEY

MOST_TRIES: Final = 10
SECONDS: Final = 5
# The usual way of a text: with the operator after a moment, on the phone after another.
_SENT, _DELIVERED = 0.2, 0.5
_WAYS: Final[dict[str, tuple[tuple[float, str], ...]]] = {
    "drop": (),
    "silent": (),
    "lie": ((_DELIVERED, "failed"),),
    "disorder": ((_SENT, "delivered"), (_DELIVERED, "sent")),
}
_USUAL: Final = ((_SENT, "sent"), (_DELIVERED, "delivered"))


class Reports:
    """A queue of what is to be told and the thread that tells it. Without a hall nothing is told."""

    def __init__(self, post: Post, hall: str) -> None:
        self._post, self.hall = post, hall
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        threading.Thread(target=self._run, daemon=True, name="reports").start()

    def follow(self, message: Received, *, mode: str) -> None:
        """Let a message take its way."""
        for seconds, status in _WAYS.get(mode, _USUAL):
            self._later(seconds, lambda status=status: self._arrive(message, status, mode))  # type: ignore[misc]
        if mode == "silent":
            self._post.change("sms", message.reference, state="delivered")

    def _arrive(self, message: Received, status: str, mode: str) -> None:
        reason = "unreachable" if status == "failed" else ""
        known = self._post.find("sms", message.reference)
        if status != "failed" and known and known.state != "delivered":
            self._post.change("sms", message.reference, state=status)
        report = {
            "event_id": f"EV{secrets.token_hex(8)}",
            "message_id": message.message_id,
            "reference": message.reference,
            "status": status,
            "reason": reason,
            "at": datetime.now(UTC).isoformat(),
        }
        for _time in range(2 if mode == "twice" else 1):
            self._tell(report, is_forged=mode == "forge", tries=0)

    def _tell(self, report: dict[str, str], *, is_forged: bool, tries: int) -> None:
        key, secret = SMS_REPORTS_KEY
        url, body = f"{self.hall}/providers/sms/reports/", json.dumps({"reports": [report]}).encode()
        headers = signing.signed(url, body, key=key, secret=secret[::-1] if is_forged else secret)
        if self.hall and not _was_taken(url, body, headers) and not is_forged and tries < MOST_TRIES:
            self._later(2.0**tries, lambda: self._tell(report, is_forged=False, tries=tries + 1))

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._numbers), act))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            self._next()()

    def _next(self) -> Callable[[], None]:
        with self._changed:
            while not self._due or self._due[0][0] > time.monotonic():
                self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
            return heapq.heappop(self._due)[2]


def _was_taken(url: str, body: bytes, headers: dict[str, Any]) -> bool:
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - the hall's own address
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False
