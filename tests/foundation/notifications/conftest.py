"""A provider that does what it is told, in the place of one outside, and people to tell."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import zeal

from foundation import clock
from foundation.accounts.models import Person
from foundation.languages import Bilingual
from foundation.notifications import channels, kinds
from foundation.notifications.channels.base import Refused, Unavailable
from foundation.notifications.models import Channel, Contact, Delivery
from foundation.notifications.operations.notify import notify
from foundation.notifications.sending import send_next
from foundation.notifications.templates import Template, Wording
from tests.plugins.people import NOW

ORDINARY = kinds.NoticeKind(code="test-ordinary", title="Ordinary", unit_tells=True)
MANDATORY = kinds.NoticeKind(code="test-mandatory", title="Mandatory", is_mandatory=True, is_urgent=True, unit_tells=True)


@pytest.fixture(autouse=True)
def each_task_by_itself():
    """A test runs what many workers do one after the other: what each asks the database for is no loop."""
    with zeal.zeal_ignore():
        yield


class Provider:
    """Honours references: what it saw before is answered as then. ``script`` holds what the next calls do; empty, they go well."""

    def __init__(self, name):
        self.name, self.script, self.taken, self.calls = name, [], {}, []
        self.lock = threading.Lock()

    def is_set_up(self):
        return True

    def hand_over(self, *, address, message, reference):
        with self.lock:
            self.calls.append((address, message.text, reference))
            step = self.script.pop(0) if self.script else "well"
        if callable(step):
            step()
        elif step == "refuse":
            raise Refused("number_void")
        elif step == "away":
            raise Unavailable("ConnectionRefusedError")
        with self.lock:
            self.taken.setdefault(reference, (address, message.text))
        if step == "drop":
            raise Unavailable("RemoteDisconnected", is_unknown=True)
        return f"P-{reference[:8]}"


def said(event, text):
    """The same words over every channel, in both languages."""
    both = Bilingual(en=text, zh=text)
    return Template(event=event, values={}, wordings={channel: Wording(subject=both, text=both) for channel in Channel})


@pytest.fixture
def moment(monkeypatch):
    """The database's clock, to be turned."""
    hands = [NOW]
    monkeypatch.setattr(clock, "database_now", lambda: hands[0])

    def turn(**by):
        hands[0] += timedelta(**by)
        return hands[0]

    return turn


@pytest.fixture
def providers(monkeypatch):
    """One of each channel."""
    from foundation.notifications import templates

    found = {name: Provider(name) for name in ("sms", "email", "wechat")}
    monkeypatch.setattr(channels, "CLIENTS", found)
    monkeypatch.setattr(kinds, "_kinds", {**kinds._kinds, ORDINARY.code: ORDINARY, MANDATORY.code: MANDATORY})
    words = {**templates.all_templates(), ORDINARY.code: said(ORDINARY.code, "A message."), MANDATORY.code: said(MANDATORY.code, "Now.")}
    monkeypatch.setattr(templates, "all_templates", lambda: words)
    return found


@pytest.fixture
def person(resident_user, moment, providers):
    """A resident with a proved number and an e-mail address."""
    Person.objects.filter(pk=resident_user.person_id).update(phone_verified_at=NOW, phone_used_at=NOW)
    found = Person.objects.get(pk=resident_user.person_id)
    Contact.objects.create(person=found, channel="email", address="resident@example.gov", added_at=NOW, verified_at=NOW)
    return found


@pytest.fixture
def tell(person):
    """Tell the resident of something, each time of another thing."""

    def tell(number=1, *, event="test-ordinary", now=NOW, **given):
        return notify(**{"event": event, "person": person, "subject_kind": "case", "subject_reference": f"CA-{number}", "now": now} | given)

    return tell


@pytest.fixture
def send():
    """Let workers send whatever is due."""

    def send(channel="sms"):
        count = 0
        while send_next(channel):
            count += 1
        return count

    return send


@pytest.fixture
def delivery_of():
    """Return the delivery of a notice over a channel."""
    return lambda notice, channel="sms": Delivery.objects.filter(notice=notice, channel=channel).order_by("-round").first()
