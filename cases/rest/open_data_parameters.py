"""What the API of open data can be asked, and how it says that a question is no good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from cases.domain.months import YEAR, months_from, read_month, shift
from cases.open_data.places import Place, place_of, places_with_figures, together
from foundation.rest.pagination import single

LONGEST_RANGE: Final = 36
DEEPEST: Final = 2
_MONTH: Final = {"type": "string", "pattern": "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"}

ORGANISATION: Final = OpenApiParameter(
    name="organisation",
    type={"type": "string", "pattern": "^[1-9][0-9]{11}$"},
    description="Code of a bureau, branch, special unit or station. Without it: every city that has figures, as a whole.",
)
RANGE: Final = (
    OpenApiParameter(
        name="from", type=_MONTH, description="First month, such as `2016-08`. Without it: the last twelve months up to `to`."
    ),
    OpenApiParameter(
        name="to",
        type=_MONTH,
        description="Last month. Without it: as far as there are figures. At most 36 months; those without figures are left out.",
    ),
)
DEPTH: Final = OpenApiParameter(
    name="depth",
    type={"type": "integer", "minimum": 0, "maximum": DEEPEST, "default": 0},
    description="With an organisation: 0 gives it alone, 1 also its own cases and the units directly below it, 2 one level more.",
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked: either one organisation, or all cities. ``months`` is empty when there are no figures."""

    places: Sequence[Place]
    months: list[date]

    def by_place(self) -> list[tuple[Place, set[date]]]:
        """Return each place with the months for which its own city has figures."""
        return [(place, {month for month in self.months if place.span and place.span.holds(month)}) for place in self.places]


def read_question(request: Request, *, now: datetime) -> Question:
    """Return what the request asks for. Raises ``ValidationError``, or ``NotFound`` for an unknown organisation."""
    code = single(request, "organisation")
    first, last = _month(request, "from"), _month(request, "to")
    places = [place_of(code=code)] if code else places_with_figures()
    span = together(place.span for place in places if place.span)
    if span is None:
        return Question(places=[], months=[])
    last = last or (span.last if first is None else min(max(span.last, first), shift(first, LONGEST_RANGE - 1)))
    first = first or shift(last, 1 - YEAR)
    if first > last:
        raise _refused("to", _("The last month lies before the first."))
    if shift(first, LONGEST_RANGE) <= last:
        raise _refused("from", _("Ask for at most %(months)d months at once.") % {"months": LONGEST_RANGE})
    return Question(places=places, months=[month for month in months_from(first, last) if span.holds(month)])


def read_depth(request: Request) -> int:
    """Return how many levels below the organisation are asked for."""
    text = single(request, "depth") or "0"
    if text not in {str(depth) for depth in range(DEEPEST + 1)}:
        raise _refused("depth", _("Must be 0, 1 or 2."))
    return int(text)


def _month(request: Request, name: str) -> date | None:
    text = single(request, name)
    month = read_month(text)
    if text and month is None:
        raise _refused(name, _("Write the month as year and month, such as 2016-10."))
    return month


def _refused(name: str, message: str | Promise) -> ValidationError:
    return ValidationError({name: [str(message)]}, code="invalid")
