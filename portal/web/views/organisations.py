"""Window information: every police unit of a city with what is known of its address and phone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from foundation.errors import NotFound
from foundation.organisations import queries

MOST_FOUND = 60


@require_safe
@login_not_required
def organisations(request: HttpRequest) -> HttpResponse:
    """Show one city as a tree, or what a search found in all cities. Three queries at most, however large the city."""
    wanted = request.GET.get("search", "")[: queries.SEARCH_LENGTH].replace("\x00", "").strip()
    bureaus = list(queries.bureaus())
    context: dict[str, object] = {"bureaus": bureaus, "search": wanted, "most_found": MOST_FOUND}
    if wanted:
        context["found"] = list(queries.search(text=wanted).select_related("parent")[:MOST_FOUND])
    elif bureaus:
        chosen = request.GET.get("city") or bureaus[0].bureau_code
        try:
            context["city"] = queries.city(bureau_code=chosen)
        except NotFound as error:
            raise Http404 from error
        context["chosen"] = chosen
    return render(request, "pages/organisations.html", context)
