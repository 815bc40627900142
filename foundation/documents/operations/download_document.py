"""Hand out a paper: its page, and its file once it is sealed. Only whom the service of its matter lets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.documents import files
from foundation.documents.models import Document, Edition
from foundation.documents.registry import Reader, reader_of
from foundation.documents.sheets import Paper
from foundation.encryption.sealing import CannotOpen
from foundation.errors import Conflict, NotFound, Unavailable

log = structlog.get_logger(__name__)


class FileMissing(Unavailable):
    """The file of a paper is not there, or is not what was sealed. An operator must act; a copy of it is in the backup."""

    code = "file_missing"
    message = _("The file of this paper cannot be read just now. The technical service is told; nothing is lost.")


@dataclass(frozen=True, kw_only=True)
class Download:
    """A paper with the bytes of one edition."""

    document: Document
    edition: Edition
    pdf: bytes


@transaction.atomic
def open_document(*, actor: Actor, number: str, now: datetime, under: str = "") -> tuple[Document, Reader]:
    """Return the paper for its page, with in whose name it is read; the look is written down by its service. Raises ``Hidden``."""
    document = Document.objects.select_related("office", "revocation", "superseded_by").filter(number=number).first()
    if document is None:
        raise NotFound
    return document, reader_of(actor=actor, document=document, now=now, under=under)


@transaction.atomic
def download_document(*, actor: Actor, number: str, paper: Paper, now: datetime, under: str = "") -> Download:
    """Return one edition of a sealed paper, and write down who took it.

    Raises ``Hidden``; ``Conflict`` while the paper is being made, and when its file was deleted at the end of its term; ``NotFound`` for
    an edition that it does not have; :class:`FileMissing` when the storage has lost or changed the file, which no one is handed then.
    """
    document, reader = open_document(actor=actor, number=number, now=now, under=under)
    edition = _edition(document, paper)
    record_action(
        actor=reader.actor,
        action="document.download",
        capability=reader.right,
        subject=document,
        now=now,
        changes={"edition": (None, str(paper))},
    )
    return Download(document=document, edition=edition, pdf=_bytes(document, edition))


def _edition(document: Document, paper: Paper) -> Edition:
    if document.state == Document.State.DUE:
        raise Conflict(_("This paper is still being made. Look again in a moment."), code="document_due")
    if document.state == Document.State.FORGOTTEN:
        raise Conflict(_("The file of this paper was deleted at the end of its term."), code="document_forgotten")
    edition = document.editions.filter(paper=paper).first()
    if edition is None:
        raise NotFound
    return edition


def _bytes(document: Document, edition: Edition) -> bytes:
    try:
        pdf = files.load(edition.file)
    except (OSError, CannotOpen) as error:
        log.exception("documents.file_missing", number=document.number)
        raise FileMissing from error
    if hashlib.sha256(pdf).digest() != bytes(edition.sha256):
        log.error("documents.file_changed", number=document.number)
        raise FileMissing
    return pdf
