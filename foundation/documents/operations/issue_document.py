"""Issue a paper: give it its number and its stamp now; a worker draws and seals it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import Subject, record_action
from foundation.clock import city_date
from foundation.documents.fonts import check_shapes
from foundation.documents.keys import stamp_key
from foundation.documents.kinds.parts import Content, words
from foundation.documents.models import Document
from foundation.documents.numbers import next_number
from foundation.documents.sheets import Paper, Square
from foundation.documents.stamps import Stamp, print_of, sign_stamp
from foundation.encryption.masking import mask_name
from foundation.organisations.models import Organisation
from foundation.outbox.events import publish

ISSUED = "document.issued"


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What is issued: what it says, by whom, on which matter, for whom, on which papers, and what it takes the place of."""

    content: Content
    office: Organisation
    subject: Subject
    holder: str = ""
    papers: tuple[Paper, ...] = (Paper.A4,)
    supersedes: Document | None = None


@transaction.atomic
def issue_document(*, actor: Actor, capability: str, issue: Issue, now: datetime) -> Document:
    """Return the paper, due to be drawn.

    The caller checked ``capability``. Raises :class:`~foundation.documents.fonts.NoShape` before a number is used up if a character
    cannot be printed. The series of the bureau stays locked until the transaction ends: issue as the last thing in it.
    """
    day, kind = city_date(now), issue.content.kind
    number = next_number(bureau_code=issue.subject.bureau_code, kind=kind, day=day)
    sheet = issue.content.sheet(number=number, day=day)
    check_shapes(sheet.texts())
    fingerprint = print_of(sheet)
    stamp = Stamp(kind=kind, number=number, issued_on=day, valid_until=sheet.valid_until, print=fingerprint, holder=mask_name(issue.holder))
    stamped = sign_stamp(stamp, key=stamp_key())
    sheet = replace(sheet, squares=(*sheet.squares, proof_square(stamped, number)))
    document = Document.objects.create(
        number=number,
        kind=kind,
        office=issue.office,
        bureau_code=issue.subject.bureau_code,
        subject_kind=issue.subject.kind_of_matter,
        subject_reference=issue.subject.reference,
        content=json.dumps({"papers": issue.papers, "sheet": asdict(sheet)}, ensure_ascii=False, default=str),
        holder=issue.holder,
        stamp=stamped,
        print=fingerprint,
        issued_on=day,
        valid_until=sheet.valid_until,
        created_at=now,
        created_by=actor.label,
        supersedes=issue.supersedes,
    )
    record_action(actor=actor, action="document.issue", capability=capability, subject=document, now=now, changes={"kind": (None, kind)})
    publish(ISSUED, now=now, document=str(document.pk))
    return document


def proof_square(stamped: str, number: str) -> Square:
    """Return the QR code by which the paper is checked, with or without a network."""
    purpose = words(_("Check this paper: the square names its number and date."))
    return Square(content=f"{settings.HALL_HOST}/verify/#{stamped}", purpose=purpose, caption=number)
