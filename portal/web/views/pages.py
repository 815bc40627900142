"""Home and the pages of text. They ask the database nothing, so they stand when it does not."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.web.texts import boards, text_page


@require_safe
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the box for a code and the eight boards."""
    return render(request, "pages/home.html", {"boards": boards()})


@require_safe
@login_not_required
def text(request: HttpRequest, name: str) -> HttpResponse:
    """Show one page of text: rights, laws, papers, penalties and the like."""
    return render(request, "pages/text.html", {"page": text_page(name)})
