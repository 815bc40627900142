"""The page of one paper, and its file: the same for residents and at the desk, each within its own frame."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from foundation.documents.models import Document
from foundation.documents.operations.download_document import download_document, open_document
from foundation.documents.registry import pages_of
from foundation.documents.sheets import Paper
from foundation.documents.web.names import KINDS, disposition, file_name
from foundation.errors import Conflict, NotFound
from foundation.faces.my import MyView

# A paper takes a second once a worker is free. Who waits longer than this is told, and looks again when they like.
_SECONDS, _LOOKS = 2, 15


def paper_page(request: HttpRequest, document: Document, *, file_url: str, back: str) -> dict[str, Any]:
    """Return what the page of a paper shows."""
    is_due = document.state == Document.State.DUE
    editions = [(each, reverse(file_url, args=(document.number, each.paper))) for each in document.editions.order_by("paper")]
    return {
        "document": document,
        "kind": KINDS[document.kind],
        "is_due": is_due,
        "takes_long": is_due and _looked(request) >= _LOOKS,
        "is_forgotten": document.state == Document.State.FORGOTTEN,
        "is_superseded": hasattr(document, "superseded_by"),
        "editions": editions,
        "back": reverse(back, args=(document.subject_reference,)) if back else "",
        "verify_address": settings.HALL_HOST + reverse("verify"),
    }


def look_again(request: HttpRequest, response: HttpResponse, document: Document) -> HttpResponse:
    """Let the page look again by itself while the paper is being made.

    The header works without scripts, and ends by itself: nobody is left with a page that moves for ever (WCAG 2.2.1).
    """
    looked = _looked(request)
    if document.state == Document.State.DUE and looked < _LOOKS:
        given = request.GET.copy()
        given["looked"] = str(looked + 1)
        response["Refresh"] = f"{_SECONDS};url={request.path}?{given.urlencode()}"
    return response


def _looked(request: HttpRequest) -> int:
    looks = request.GET.get("looked", "0")
    return int(looks) if looks.isascii() and looks.isdigit() and len(looks) < 4 else 0


def send(request: HttpRequest, found: Any) -> HttpResponse:
    """Return the file under its name; nothing keeps it on the way."""
    response = HttpResponse(found.pdf, content_type="application/pdf")
    paper = Paper(found.edition.paper)
    name = file_name(found.document, paper)
    response["Content-Disposition"] = disposition(name, fallback=f"{found.document.kind}-{found.document.number}.pdf")
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def paper_named(name: str) -> Paper:
    """Return the edition that an address names; raise ``NotFound``."""
    try:
        return Paper(name)
    except ValueError:
        raise NotFound from None


class OwnPaper(MyView):
    """``/my/papers/310000-RC-…/``."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """Show the paper, or that it is being made."""
        under = request.GET.get("for", "")
        document, reader = open_document(actor=self.actor, number=number, now=self.now, under=under)
        pages = pages_of(document)
        context = paper_page(request, document, file_url="my-file", back=pages.own if pages else "")
        context |= {"acting": reader.acting, "under": f"?for={under}" if under else ""}
        return look_again(request, self.page("documents/my/paper.html", context), document)


class OwnFile(MyView):
    """The file of a paper."""

    def get(self, request: HttpRequest, number: str, paper: str) -> HttpResponse:
        """Send it; while it is being made, go to the page that says so."""
        under = request.GET.get("for", "")
        try:
            found = download_document(actor=self.actor, number=number, paper=paper_named(paper), now=self.now, under=under)
        except Conflict:
            return redirect(reverse("my-paper", args=(number,)) + (f"?for={under}" if under else ""))
        return send(request, found)
