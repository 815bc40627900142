"""What kinds of paper are called, on pages and in the names of files."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.documents.models import Document
from foundation.documents.sheets import Paper

KINDS = {
    "receipt": _("Receipt for a report"),
    "acceptance": _("Acceptance notice"),
    "supplement-notice": _("Supplement notice"),
    "decision": _("Decision"),
    "certificate": _("Certificate"),
    "appointment-pass": _("Appointment pass"),
    "log-proof": _("Proof of the record"),
}
# Of every character in a name but letters, digits and these, some system makes something else.
_UNSAFE = re.compile(r"[^\w.\- ]+")


def file_name(document: Document, paper: Paper) -> str:
    """Return the name under which the file is kept by its owner, in the language of the page: ``接报案回执 310000-RC-2026-000042.pdf``."""
    name = f"{KINDS[document.kind]} {document.number}"
    return f"{name} {gettext('80 mm roll')}.pdf" if paper == Paper.ROLL else f"{name}.pdf"


def disposition(name: str, *, fallback: str) -> str:
    """Return the header that offers a file for download (RFC 6266): ``fallback`` for old programs, the name itself for all others.

    Nothing of either can end the header, name a folder, or be another name to another system.
    """
    safe, plain = _UNSAFE.sub("-", name), _UNSAFE.sub("-", fallback).encode("ascii", "ignore").decode()
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
