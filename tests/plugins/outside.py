"""The demo's outside world, as a process of its own: an identity provider, WeChat and a gateway for texts, spoken to over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from portal.supervisor import outside as demo

SECONDS_TO_START = 60


@dataclass(frozen=True)
class Outside:
    """What tests ask of it."""

    port: int
    ledger: Path

    @property
    def smtp_port(self):
        return demo.smtp_port(self.port)

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def providers(self):
        return tuple(demo.providers(self.port))

    def texts_to(self, number):
        """Return the texts that a phone got, the oldest first."""
        return [message["text"] for message in self.received(channel="sms", to=f"+86{number}")]

    def tell(self, channel, mode, **how):
        """Let a channel behave so: ``seconds`` and ``times`` as docs/providers.md has them."""
        return self.control("", {"channel": channel, "mode": mode, **how})

    def received(self, *, channel="", to=""):
        """Return what arrived, the oldest first, as the provider keeps it."""
        return self.control(f"messages?{urlencode({'channel': channel, 'to': to})}")["messages"]

    def control(self, path, body=None):
        """Ask the process itself, or tell it something."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.origin}/control/{path}", data=data, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def lines(self):
        """Return the ledger: what was accepted and what came again."""
        return [json.loads(line) for line in self.ledger.read_text().splitlines()]

    def code_sent_to(self, number):
        """Return the six digits of the last text that holds some."""
        return [found[0] for text in self.texts_to(number) if (found := re.search(r"\d{6}", text))][-1]


@contextmanager
def started(ledger):
    """Start the outside world on free ports, end it at last."""
    port = demo.any_two_free()
    child = subprocess.Popen(demo.command(port, ledger=ledger))
    deadline = time.monotonic() + SECONDS_TO_START
    try:
        while not demo.answers(port):
            assert child.poll() is None and time.monotonic() < deadline, "the outside world did not start"
            time.sleep(0.05)
        yield Outside(port, ledger)
    finally:
        child.terminate()
        child.wait(10)


@pytest.fixture(scope="session")
def outside_process(tmp_path_factory):
    """One process for all tests of a worker; it ends with them."""
    with started(tmp_path_factory.mktemp("outside") / "ledger") as outside:
        yield outside


@pytest.fixture
def outside(outside_process, settings):
    """The outside world, with the hall's settings pointing to it."""
    from foundation.identity_providers import discovery

    settings.IDENTITY_PROVIDERS = outside_process.providers
    for name, value in demo.environment(outside_process.port).items():
        if name.startswith(("HALL_SMS_", "HALL_WECHAT_")):
            setattr(settings, name.removeprefix("HALL_"), value)
    settings.SMS_SIGN = demo.SMS_SIGN
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", outside_process.smtp_port
    discovery.forget()
    yield outside_process
    outside_process.control("forget", {})


@pytest.fixture
def deliver(db, monkeypatch):
    """Do what waits in the outbox and what follows from it, as workers would: send texts, mails and WeChat messages."""
    from uuid import UUID

    import zeal

    from foundation import clock
    from foundation.notifications.sending import send_next
    from foundation.one_time_codes import handlers
    from foundation.one_time_codes.operations.send_code import send_code
    from foundation.outbox.models import Event
    from foundation.outbox.operations.relay_event import relay_event

    # No broker carries anything in tests: what a worker of codes would do is done after the commit.
    monkeypatch.setattr(handlers, "hurry", lambda request: send_code(request=UUID(request), now=clock.now()))

    def deliver(now=None):
        moment = now or clock.now()
        for pk in list(Event.objects.filter(done_at=None, dead_at=None).order_by("created_at").values_list("pk", flat=True)):
            relay_event(event_id=pk, now=moment)
        with zeal.zeal_ignore(), monkeypatch.context() as patched:
            patched.setattr(clock, "database_now", lambda: moment)
            for channel in ("sms", "email", "wechat"):
                while send_next(channel):
                    pass

    return deliver
