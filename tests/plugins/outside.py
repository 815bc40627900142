"""The demo's outside world, as a process of its own: an identity provider, WeChat and a gateway for texts, spoken to over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass

import pytest

from portal.supervisor import outside as demo

SECONDS_TO_START = 60


@dataclass(frozen=True)
class Outside:
    """What tests ask of it."""

    port: int

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

    def code_sent_to(self, number):
        """Return the six digits of the last text that holds some."""
        return [found[0] for text in self.texts_to(number) if (found := re.search(r"\d{6}", text))][-1]


@pytest.fixture(scope="session")
def outside_process():
    """One process for all tests of a worker; it ends with them."""
    port = demo._any_free()
    child = subprocess.Popen([sys.executable, "-m", "portal.demo.outside", str(port)])
    deadline = time.monotonic() + SECONDS_TO_START
    try:
        while not demo._answers(port):
            assert child.poll() is None and time.monotonic() < deadline, "the outside world did not start"
            time.sleep(0.05)
        yield Outside(port)
    finally:
        child.terminate()
        child.wait(10)


@pytest.fixture
def outside(outside_process, settings):
    """The outside world, with the hall's settings pointing to it."""
    from foundation.identity_providers import discovery

    settings.IDENTITY_PROVIDERS = outside_process.providers
    settings.TEXT_GATEWAY = demo.gateway(outside_process.port)
    settings.TEXT_GATEWAY_KEY = demo.GATEWAY_KEY
    discovery.forget()
    return outside_process


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
