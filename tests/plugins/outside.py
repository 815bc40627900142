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
        request = urllib.request.Request(
            f"{self.origin}/texts/messages?to={number}", headers={"Authorization": f"Bearer {demo.GATEWAY_KEY}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return [message["text"] for message in json.load(answer)["messages"]]

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
    settings.TEXT_GATEWAY = demo.gateway(outside_process.port)
    settings.TEXT_GATEWAY_KEY = demo.GATEWAY_KEY
    discovery.forget()
    yield outside_process
    outside_process.control("forget", {})


@pytest.fixture
def deliver(db):
    """Do what waits in the outbox, as a worker would: send texts."""
    from foundation import clock
    from foundation.outbox.models import Event
    from foundation.outbox.operations.relay_event import relay_event

    def deliver(now=None):
        moment = now or clock.now()
        for pk in list(Event.objects.filter(done_at=None, dead_at=None).order_by("created_at").values_list("pk", flat=True)):
            relay_event(event_id=pk, now=moment)

    return deliver
