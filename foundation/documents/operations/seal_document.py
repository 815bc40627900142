"""Draw and seal a paper that was issued. Safe to run twice, and to be killed anywhere."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from foundation.documents import files
from foundation.documents.keys import seal
from foundation.documents.models import Document
from foundation.documents.rendering import render
from foundation.documents.seals import apply_seal
from foundation.documents.sheets import Fact, Office, Paper, Part, Sheet, Square, Words
from foundation.failpoints import failpoint


@transaction.atomic
def seal_document(*, document_id: UUID, now: datetime) -> bool:
    """Draw, seal and keep each edition of the paper; return whether it was this call that did.

    A file is written whole, under a name of its own content, before a row names it: a call that dies in between leaves a file that
    nobody refers to, which the next call removes before it draws the paper anew. Its words are forgotten once the files have them.
    """
    document = Document.objects.select_for_update(of=("self",)).filter(pk=document_id, state=Document.State.DUE).first()
    if document is None:
        return False
    # The row is locked: whatever stands there is of a call that died.
    files.remove_all(document_id=document.pk)
    content = json.loads(document.content)
    sheet = sheet_of(content["sheet"])
    for paper in content["papers"]:
        _seal_edition(document, sheet, Paper(paper))
    document.state, document.sealed_at, document.content = Document.State.SEALED, now, ""
    document.save(update_fields=["state", "sealed_at", "content"])
    return True


def _seal_edition(document: Document, sheet: Sheet, paper: Paper) -> None:
    pdf = apply_seal(render(sheet, paper=paper), seal=seal())
    digest = hashlib.sha256(pdf).digest()
    name = files.keep(pdf, document_id=document.pk, digest=digest)
    failpoint("documents.kept")
    document.editions.create(paper=paper, file=name, sha256=digest, size=len(pdf))


def sheet_of(data: dict[str, Any]) -> Sheet:
    """Return the sheet that was kept as JSON."""
    return Sheet(
        kind=data["kind"],
        title=Words(**data["title"]),
        number=data["number"],
        office=_office(data["office"]),
        issued_on=date.fromisoformat(data["issued_on"]),
        valid_until=date.fromisoformat(data["valid_until"]) if data["valid_until"] else None,
        facts=tuple(Fact(label=Words(**fact["label"]), value=_value(fact["value"])) for fact in data["facts"]),
        parts=tuple(
            Part(heading=Words(**part["heading"]), paragraphs=tuple(Words(**words) for words in part["paragraphs"]))
            for part in data["parts"]
        ),
        squares=tuple(Square(**{**square, "purpose": Words(**square["purpose"])}) for square in data["squares"]),
    )


def _office(data: dict[str, Any]) -> Office:
    address = Words(**data["address"]) if data["address"] else None
    return Office(name=Words(**data["name"]), phone=data["phone"], address=address)


def _value(value: Any) -> str | Words:
    return Words(**value) if isinstance(value, dict) else str(value)
