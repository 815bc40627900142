"""One paper at the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from foundation.documents.operations.download_document import download_document, open_document
from foundation.documents.registry import pages_of
from foundation.documents.web.download import look_again, paper_named, paper_page, send
from foundation.errors import Conflict
from foundation.faces.desk import DeskView


class DeskPaper(DeskView):
    """``/desk/papers/310000-RC-…/``."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        """Show the paper, or that it is being made."""
        document, _reader = open_document(actor=self.actor, number=number, now=self.now)
        pages = pages_of(document)
        context = paper_page(request, document, file_url="desk-file", back=pages.desk if pages else "")
        return look_again(request, self.page("documents/desk/paper.html", context), document)


class DeskFile(DeskView):
    """The file of a paper."""

    def get(self, request: HttpRequest, number: str, paper: str) -> HttpResponse:
        """Send it; while it is being made, go to the page that says so."""
        try:
            found = download_document(actor=self.actor, number=number, paper=paper_named(paper), now=self.now)
        except Conflict:
            return redirect("desk-paper", number)
        return send(request, found)
