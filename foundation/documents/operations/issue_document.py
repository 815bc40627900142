"""Issue a paper: give it its number and its stamp now; a worker draws and seals it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation.accounts.actors import Actor
from foundation.audit.log import Subject, record_action
from foundation.documents.fonts import check_shapes
from foundation.documents.keys import stamp_key
from foundation.documents.models import Document
from foundation.documents.numbers import next_number
from foundation.documents.sheets import Paper, Sheet, Square, Words
from foundation.documents.stamps import Stamp, print_of, sign_stamp
from foundation.encryption.masking import mask_name
from foundation.organisations.models import Organisation
from foundation.outbox.events import publish

ISSUED = "document.issued"


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What is issued: the kind of paper, by whom, on which matter, for whom, on what paper, and what it takes the place of."""

    kind: str
    office: Organisation
    subject: Subject
    holder: str = ""
    paper: Paper = Paper.A4
    supersedes: Document | None = None


@transaction.atomic
def issue_document(*, actor: Actor, capability: str, issue: Issue, compose: Callable[[str], Sheet], now: datetime) -> Document:
    """Return the paper, due to be drawn; ``compose`` is told the number and returns what stands on it.

    The caller checked ``capability``. Raises :class:`~foundation.documents.fonts.NoShape` before a number is used up if a character
    cannot be printed.
    """
    day = timezone.localdate(now)
    number = next_number(bureau_code=issue.subject.bureau_code, kind=issue.kind, day=day)
    sheet = compose(number)
    check_shapes(sheet.texts())
    fingerprint = print_of(sheet)
    stamp = Stamp(
        kind=issue.kind, number=number, issued_on=day, valid_until=sheet.valid_until, print=fingerprint, holder=mask_name(issue.holder)
    )
    stamped = sign_stamp(stamp, key=stamp_key())
    sheet = replace(sheet, squares=(*sheet.squares, proof_square(stamped, number)))
    document = Document.objects.create(
        number=number,
        kind=issue.kind,
        paper=issue.paper,
        office=issue.office,
        bureau_code=issue.subject.bureau_code,
        subject_kind=issue.subject.kind_of_matter,
        subject_reference=issue.subject.reference,
        content=json.dumps(asdict(sheet), ensure_ascii=False, default=str),
        holder=issue.holder,
        stamp=stamped,
        print=fingerprint,
        issued_on=day,
        valid_until=sheet.valid_until,
        created_at=now,
        created_by=actor.label,
        supersedes=issue.supersedes,
    )
    record_action(
        actor=actor, action="document.issue", capability=capability, subject=document, now=now, changes={"kind": (None, issue.kind)}
    )
    publish(ISSUED, now=now, document=str(document.pk))
    return document


def proof_square(stamped: str, number: str) -> Square:
    """Return the QR code by which the paper is checked, with or without a network."""
    purpose = Words(en="Check this paper: it names its number and date.", zh="扫码核验本文书的编号和日期。")
    return Square(content=f"{settings.HALL_HOST}/verify/#{stamped}", purpose=purpose, caption=number)
