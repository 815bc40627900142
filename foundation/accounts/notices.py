"""Telling a person by text that the way they sign in changed: whoever did it, the owner hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from foundation.accounts.models import Person, PhoneChange
from foundation.outbox.events import publish
from foundation.outbox.events import register as on
from foundation.text_messages.sending import can_send, text_messages
from foundation.text_messages.texts import text_of

TOLD: Final = "accounts.sign_in_changed"


def register() -> None:
    """Tell the outbox."""
    on(TOLD, send)


def tell(kind: str, *, person: Person, language: str, now: datetime, change: PhoneChange | None = None) -> None:
    """Let a text of this kind go to the person's phone after the commit; with ``change``, to the number that it replaces."""
    to = {"change": str(change.pk)} if change else {"person": str(person.pk)}
    publish(TOLD, now=now, kind=kind, language=language, reference=str(uuid4()), **to)


def send(payload: Mapping[str, Any], now: datetime) -> None:
    """Send the text. It is tried again like every event; the gateway knows the reference and sends once."""
    number = _number(payload)
    if number and can_send():
        text_messages().send(number=number, text=text_of(payload["kind"], language=payload["language"]), reference=payload["reference"])


def _number(payload: Mapping[str, Any]) -> str:
    """Return where the text goes, read when it is sent: what an event holds, everybody who looks at queues can read."""
    if "change" in payload:
        change = PhoneChange.objects.filter(pk=payload["change"]).first()
        return change.old_number if change else ""
    person = Person.objects.filter(pk=payload["person"], phone_verified_at__isnull=False).first()
    return person.phone if person else ""
