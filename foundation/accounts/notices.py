"""Telling a person that the way they sign in changed: whoever did it, the owner hears of it. ``foundation.notifications`` carries it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import uuid4

from foundation.accounts.models import Person, PhoneChange
from foundation.outbox.events import publish

TOLD: Final = "accounts.sign_in_changed"


def tell(kind: str, *, person: Person, language: str, now: datetime, change: PhoneChange | None = None) -> None:
    """Let a notice of this kind go to the person after the commit; with ``change``, to the number that it replaces."""
    to = {"change": str(change.pk)} if change else {"person": str(person.pk)}
    publish(TOLD, now=now, kind=kind, language=language, reference=str(uuid4()), **to)
