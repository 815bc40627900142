"""Three codes to try. Codes are shown once and kept nowhere readable, so the demo remembers its own in ``var/``."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings

from cases.models import Case
from cases.operations.hand_over_code import hand_over_code
from foundation.accounts.actors import Actor
from foundation.inquiries.codes import token_digest
from foundation.inquiries.models import InquiryCode
from foundation.inquiries.qr import inquiry_address
from portal.demo.people import LONDON

COUNT = 3


@dataclass(frozen=True, kw_only=True)
class DemoCode:
    """A code of the demo, for the notes at the start."""

    reference: str
    status: str
    typed: str
    token: str

    @property
    def address(self) -> str:
        """What the QR code of its receipt holds."""
        return inquiry_address(self.token)


def demo_codes(*, actor: Actor, now: datetime) -> list[DemoCode]:
    """Return codes of the three real cases with the longest histories, each in another stage; make them anew if they no longer work."""
    kept = _kept()
    if kept and all(InquiryCode.objects.filter(token_digest=token_digest(code.token), revoked_at=None).exists() for code in kept):
        return kept
    codes = []
    for case in _longest_histories():
        issued = hand_over_code(actor=actor, reference=case.reference, now=now)[1]
        codes.append(DemoCode(reference=case.reference, status=case.status, typed=issued.typed, token=issued.token))
    path = settings.ENVIRONMENT.var / "demo.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(code) for code in codes]))
    return codes


def _kept() -> list[DemoCode]:
    path = settings.ENVIRONMENT.var / "demo.json"
    return [DemoCode(**row) for row in json.loads(path.read_text())] if path.exists() else []


def _longest_histories() -> list[Case]:
    published = Case.objects.filter(unit__code=LONDON, publication="open").order_by("status", "-progress_length", "pk").distinct("status")
    return sorted(published, key=lambda case: -case.progress_length)[:COUNT]
