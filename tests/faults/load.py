"""What people and systems do meanwhile, over HTTP as ever: whoever gets no answer asks the same again, as the hall tells them to.

A message is one thing that somebody wants to be on record: a report, news of a case, a step that a feed tells.
"""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from foundation.signatures.client import sign_request
from tests.faults.world import NAME, id_number, message, phone

EXCHANGE, CASES, LOOK_UP = "/api/v1/exchange/cases/", "/api/v1/cases/", "/api/v1/inquiries/"
ROTATE = f"{LOOK_UP}rotate/"
SECONDS = 20
# Nobody waits longer for a hall that was killed and started again, on a machine that is busy with other things.
PATIENCE = 300.0
TOGETHER = 5
KINDS = ("feed", "feed", "news", "report", "notice", "notice", "notice")
# Each is drawn and sealed twice, for A4 and for the roll: a tenth of a second of a processor.
PAPERS = 0.03


class GaveUp(Exception):
    """Nobody answered for minutes, or with something that no fault explains."""


@dataclass
class Told:
    """What was asked for, and what was answered in the end."""

    reports: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    news: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    papers: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    notices: int = 0
    before: frozenset[str] = frozenset()
    look_ups: int = 0
    statuses: Counter = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def messages(self):
        return len(self.reports) + len(self.news) + len(self.steps) + len(self.papers) + self.notices


class Load:
    """Some clients who work as fast as they are let: ``allow`` gives them messages to send."""

    def __init__(self, world, *, port, messages, random):
        self.world, self.port, self.told = world, port, Told(before=world.with_codes)
        self.host = f"127.0.0.1:{port}"
        self._numbers = iter(random.sample(range(messages), messages))
        self._kinds = ["paper" if random.random() < PAPERS else random.choice(KINDS) for _ in range(messages)]
        self._allowed = threading.Semaphore(0)
        self._lock, self._is_over = threading.Lock(), threading.Event()
        self.left = messages
        self._works = (self._send, self._send, self._send, self._look_up)
        self._threads = []

    def start(self):
        """Let the clients work, for the first time or again."""
        self._is_over.clear()
        self._threads = [threading.Thread(target=self._work, args=(work,), daemon=True) for work in self._works]
        for thread in self._threads:
            thread.start()

    def allow(self, count):
        """Let so many more messages be sent; return how many there were."""
        given = max(min(count, self.left), 0)
        self.left -= given
        for _ in range(given):
            self._allowed.release()
        return given

    def pause(self):
        """Wait until everything that was allowed is answered."""
        self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE * 2)
            if thread.is_alive():
                self.told.problems.append("a client still waits")

    def _work(self, work):
        while True:
            try:
                if not work():
                    return
            except GaveUp as problem:
                self.told.problems.append(str(problem))

    # --- what they do ------------------------------------------------------------------------------------------------

    def _send(self):
        if not self._allowed.acquire(timeout=0.2):
            return not self._is_over.is_set()
        with self._lock:
            number = next(self._numbers)
            kind = self._kinds[number]
            numbers = [number]
            while kind == "feed" and len(numbers) < TOGETHER and self._allowed.acquire(blocking=False):
                numbers.append(next(self._numbers))
        {"feed": self._tell_steps, "news": self._publish, "report": self._report, "notice": self._notify, "paper": self._hand_over}[kind](
            numbers
        )
        return True

    def _tell_steps(self, numbers):
        at = datetime.now(UTC).isoformat()
        told = [message(number, 2, "progress", {"at": at, "text": {"en": "News.", "zh": "进展。"}}) for number in numbers]
        body = json.dumps({"messages": told}, ensure_ascii=False).encode()
        answer = self._insist("POST", EXCHANGE, body, lambda: self._signed(body))
        for each in json.loads(answer)["results"]:
            if each["state"] != "applied":
                raise GaveUp(f"the feed was answered {each}")
            self.told.steps.append(each["message_id"])

    def _signed(self, body):
        return sign_request(
            method="POST",
            url=f"http://{self.host}{EXCHANGE}",
            body=body,
            key=self.world.key,
            keyid=self.world.feed.key_id,
            created=int(time.time()),
        )

    def _publish(self, numbers):
        reference = self.world.cases[numbers[0]]
        body = json.dumps({"detail": "请等候通知。", "seen_length": 1}).encode()
        # A case that has changed meanwhile was changed by the try whose answer was lost.
        self._insist("POST", f"{CASES}{reference}/news/", body, self._signed_in, also=(409,))
        self.told.news.append(reference)

    def _report(self, numbers):
        party = {"role": "reporter", "name": NAME, "id_number": id_number(numbers[0]), "phone": phone(numbers[0])}
        given = {
            "unit": self.world.unit_of(numbers[0]),
            "category": "theft",
            "reported_at": datetime.now(UTC).isoformat(),
            "parties": [party],
        }
        body, key = json.dumps(given).encode(), secrets.token_hex(16)
        answer = self._insist("POST", CASES, body, lambda: self._signed_in() | {"Idempotency-Key": key})
        self.told.reports[key] = (body, answer)

    def _notify(self, numbers):
        """Something happened to somebody's account: a mandatory notice, at any hour."""
        from foundation.accounts.notices import tell

        def deed(now):
            tell("phone-set", person=self.world.people[numbers[0]], language="zh-hans", now=now)

        self._commit(deed)
        self.told.notices += 1

    def _commit(self, deed):
        """Do something as a web server does, in this process, until the database says that it is there."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with transaction.atomic():
                    deed(timezone.now())
            except (OperationalError, InterfaceError):
                connection.close()
                if time.monotonic() > deadline:
                    raise GaveUp("the database does not come back") from None
                time.sleep(0.15)
            else:
                return

    def _hand_over(self, numbers):
        """The first code of a case, on a paper that a worker draws and seals."""
        body, key = json.dumps({"reference": self.world.cases[numbers[0]]}).encode(), secrets.token_hex(16)
        answer = self._insist("POST", ROTATE, body, lambda: self._signed_in() | {"Idempotency-Key": key})
        self.told.papers[key] = (body, answer)

    def repeat(self, key):
        """Ask once more for what was answered, and return what is answered now."""
        path, (body, _answer) = (CASES, self.told.reports[key]) if key in self.told.reports else (ROTATE, self.told.papers[key])
        return self._insist("POST", path, body, lambda: self._signed_in() | {"Idempotency-Key": key})

    def _look_up(self):
        token = secrets.choice(self.world.tokens)
        began = time.monotonic()
        self._insist("POST", LOOK_UP, json.dumps({"token": token}).encode(), dict)
        self.told.times.append(time.monotonic() - began)
        self.told.look_ups += 1
        return not self._is_over.wait(0.1)

    def _signed_in(self):
        cookies = f"session={self.world.session}; csrf={self.world.csrf}"
        return {"Cookie": cookies, "X-CSRFToken": self.world.csrf}

    # --- how they ask ------------------------------------------------------------------------------------------------

    def _insist(self, method, path, body, headers, *, also=()):
        """Ask until there is an answer; 503 and a broken connection are none, and anything else that is no success is a fault of ours."""
        deadline = time.monotonic() + PATIENCE
        while True:
            status, content = self._ask(method, path, body, headers())
            self.told.statuses[status] += 1
            if 200 <= status < 300 or status in also:
                return content
            # 409 under the same key: the first try is still at work, or its process died and the database has not noticed.
            is_passing = status in {0, 503} or (status == 409 and b"idempotency_key_in_use" in content)
            if not is_passing:
                self.told.problems.append(f"{path} was answered {status}: {content[:300]!r}")
            if time.monotonic() > deadline or not is_passing:
                raise GaveUp(f"{path}: {status}")
            time.sleep(0.15)

    def _ask(self, method, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        given = {"Host": self.host, "Content-Type": "application/json", "Accept": "application/json", "Accept-Language": "en"}
        try:
            connection.request(method, path, body=body, headers=given | headers)
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()
