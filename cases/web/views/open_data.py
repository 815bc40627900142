"""Open data for people: public pages that know nobody, set no cookie and may be kept for a minute by anyone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.open_data.openness import openness_of
from cases.open_data.places import Place, place_of, places_with_figures
from cases.open_data.situation import SituationTable
from cases.web.forms.open_data import MonthForm
from cases.web.open_data_pages import Context, city_card, openness_page, overview_months, situation_page
from cases.web.open_data_parts import Window
from foundation.errors import NotFound
from foundation.web.public import kept_by_anyone

FRESH_FOR = 60
View = Callable[[HttpRequest], HttpResponse]


def public_page(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """Let anybody read the page, and keep it for a minute."""
    return require_safe(login_not_required(kept_by_anyone(seconds=FRESH_FOR)(view)))


@public_page
def overview(request: HttpRequest) -> HttpResponse:
    """Show every city with its latest month. Three queries."""
    now, places = timezone.now(), places_with_figures()
    cities = [(place.organisation, place.span) for place in places if place.span]
    table = openness_of(places, months=overview_months([span for _city, span in cities], now=now), now=now)
    cards = [city_card(city, span=span, table=table, now=now) for city, span in cities]
    return _page(request, "overview", {"cities": cards})


@public_page
def situation(request: HttpRequest) -> HttpResponse:
    """Show the cases of one organisation in one month by category. Seven queries, however many units and categories."""
    return _figures(request, "situation", _situation)


@public_page
def openness(request: HttpRequest) -> HttpResponse:
    """Show the openness rate of one organisation and those below it in one month. Four queries, however many units."""
    return _figures(request, "openness", _openness)


Show = Callable[[Place, Window, datetime], Context]


def _figures(request: HttpRequest, name: str, show: Show) -> HttpResponse:
    now, place = timezone.now(), _place(request)
    context: Context = {"place": place, "view_name": f"open-data-{name}"}
    if place is None or place.span is None:
        return _page(request, name, context)
    form = MonthForm(request.GET, span=place.span, now=now)
    month = form.chosen
    if month is None:
        return _page(request, name, context | {"form": form}, status=400)
    window = Window(month=month, span=place.span)
    return _page(request, name, context | {"form": form, "window": window} | show(place, window, now))


def _situation(place: Place, window: Window, now: datetime) -> Context:
    totals = openness_of([place], months=window.months, now=now)
    table = SituationTable([place], months=[window.month], now=now)
    return situation_page(place, window, rows=table.rows(), totals=totals)


def _openness(place: Place, window: Window, now: datetime) -> Context:
    return openness_page(place, window, table=openness_of([place], months=window.months, now=now))


def _place(request: HttpRequest) -> Place | None:
    """Return the organisation asked for; without one, the first city that has figures."""
    code = request.GET.get("organisation") or next((each.organisation.code for each in places_with_figures()), "")
    if not code:
        return None
    try:
        return place_of(code=code)
    except NotFound as error:
        raise Http404 from error


def _page(request: HttpRequest, name: str, context: Context, *, status: int = 200) -> HttpResponse:
    # A page that others may be given too must not carry a message that was meant for one session.
    return render(request, f"cases/open_data/{name}.html", {"messages": (), **context}, status=status)
