"""Say whether a paper is what it seems: by the square on it, by its number, or by the file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.documents.keys import published_keys, seal
from foundation.documents.models import Document
from foundation.documents.seals import Verdict, check_seal
from foundation.documents.stamps import StampRefused, read_stamp
from foundation.encryption.masking import mask_name
from foundation.errors import RuleViolated
from foundation.organisations.models import Organisation

LARGEST_FILE = 5_000_000
LONGEST_NUMBER = 40


class Answer(StrEnum):
    """What is said of a paper."""

    GENUINE = "genuine"
    ALTERED = "altered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is found. Of a paper that the hall issued it says no more than the paper does: ``holder`` is masked."""

    answer: Answer
    kind: str = ""
    number: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    office: Organisation | None = None
    holder: str = ""


def verify_stamp(*, text: str, now: datetime) -> Finding:
    """Check the square: by its signature that the hall made it, and by the number what has become of the paper since."""
    try:
        stamp = read_stamp(text.rpartition("#")[2], keys=published_keys())
    except StampRefused:
        return Finding(answer=Answer.UNKNOWN)
    document = _document(stamp.number)
    if document is None or bytes(document.print) != stamp.print:
        # Signed with our key and not in our books: the key is in other hands, or the books were cut.
        return Finding(answer=Answer.ALTERED, number=stamp.number)
    return _found(document, now=now)


def verify_number(*, text: str, now: datetime) -> Finding:
    """Check a typed number: whether such a paper holds, not that the paper at hand is that one.

    Numbers follow each other, so whoever types one learns nothing about the holder.
    """
    number = text.strip().upper()
    if not number or len(number) > LONGEST_NUMBER:
        raise RuleViolated(_("Type the number that stands at the top of the paper."), code="number", field="number")
    document = _document(number)
    return replace(_found(document, now=now), holder="") if document else Finding(answer=Answer.UNKNOWN)


def verify_file(*, data: bytes, now: datetime) -> Finding:
    """Check a PDF. Genuine is only the very file that was issued: one byte more, less or other is altered.

    Raises ``RuleViolated`` for what is no PDF or too large.
    """
    if len(data) > LARGEST_FILE:
        raise RuleViolated(_("The file is larger than 5 MB; no paper of the hall is."), code="file_too_large", field="file")
    document = Document.objects.select_related("office", "revocation").filter(editions__sha256=hashlib.sha256(data).digest()).first()
    if document is not None:
        return _found(document, now=now)
    verdict = check_seal(data, authorities=seal().authorities, stampers=seal().stampers)
    if verdict == Verdict.NOT_A_PDF:
        raise RuleViolated(_("This file is not a PDF that can be read."), code="not_a_pdf", field="file")
    # A seal of ours on a file that is not in our books: altered where the seal does not reach, or made with a stolen key.
    return Finding(answer=Answer.ALTERED if verdict in {Verdict.ALTERED, Verdict.GENUINE} else Answer.UNKNOWN)


def _document(number: str) -> Document | None:
    return Document.objects.select_related("office", "revocation").filter(number=number).first()


def _found(document: Document, *, now: datetime) -> Finding:
    return Finding(
        answer=_answer(document, now=now),
        kind=document.kind,
        number=document.number,
        issued_on=document.issued_on,
        valid_until=document.valid_until,
        office=document.office,
        holder=mask_name(document.holder),
    )


def _answer(document: Document, *, now: datetime) -> Answer:
    """Say the worst that is true of it first."""
    if document.is_revoked:
        return Answer.REVOKED
    if Document.objects.filter(supersedes=document).exists():
        return Answer.SUPERSEDED
    if document.valid_until is not None and document.valid_until < timezone.localdate(now):
        return Answer.EXPIRED
    return Answer.GENUINE
