"""Which organisation and which months a reader of open data asks about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, OuterRef, Subquery, When
from django.utils.translation import gettext_lazy as _

from cases.domain.months import month_of, shift
from cases.models import MonthlyFigure
from foundation.errors import NotFound
from foundation.organisations.models import CODE_LENGTH, SEPARATOR, Organisation

ROOT_LENGTH = CODE_LENGTH + len(SEPARATOR)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The first and the last month for which there are figures of some city."""

    first: date
    last: date

    def holds(self, month: date) -> bool:
        """Whether there are figures for the month; within the span, no row means that nothing was reported."""
        return self.first <= month <= self.last


@dataclass(frozen=True, kw_only=True)
class Place:
    """An organisation, the city that it belongs to, and everything in that city in the order of the tree, former units included."""

    organisation: Organisation
    root: Organisation
    members: tuple[Organisation, ...]
    span: Span | None

    @property
    def is_root(self) -> bool:
        """Whether this is a whole city, or a unit outside its tree."""
        return self.organisation.pk == self.root.pk

    @property
    def ancestors(self) -> tuple[Organisation, ...]:
        """Those above it, the bureau first."""
        return tuple(each for each in self.members if each.pk != self.organisation.pk and self.organisation.path.startswith(each.path))

    @property
    def below(self) -> tuple[Organisation, ...]:
        """Those directly below it."""
        return tuple(each for each in self.members if each.parent_id == self.organisation.pk)


def place_of(*, code: str) -> Place:
    """Return an organisation with its city. Raises ``NotFound(code="organisation_not_found")``. Three queries."""
    organisation = Organisation.objects.filter(code=code).first() if code.isascii() and code.isdigit() else None
    if organisation is None:
        raise NotFound(_("There is no organisation with this code."), code="organisation_not_found", field="organisation")
    root_path = organisation.path[:ROOT_LENGTH]
    members = tuple(Organisation.objects.filter(path__startswith=root_path).order_by("path"))
    root = next(each for each in members if each.path == root_path)
    return Place(organisation=organisation, root=root, members=members, span=spans([root]).get(root.pk))


def places_with_figures() -> list[Place]:
    """Return every city, and every unit outside a city's tree, that has figures: the whole of it, without what is below. Two queries."""
    roots = list(Organisation.objects.filter(parent__isnull=True).order_by("is_outside", "code"))
    found = spans(roots)
    return [Place(organisation=root, root=root, members=(root,), span=found[root.pk]) for root in roots if root.pk in found]


def spans(roots: Collection[Organisation]) -> dict[int, Span]:
    """Return the span of the city of each root, by the root's primary key; nothing for a city without figures. One query.

    Each end is the first row of an index, however many figures there are.
    """
    ends = Organisation.objects.filter(pk__in=[root.pk for root in roots]).annotate(first=_end("month"), last=_end("-month")).order_by()
    rows = ends.values_list("pk", "first", "last")
    return {pk: Span(first=first, last=last) for pk, first, last in rows if first is not None}


def _end(order: str) -> Case:
    """Return the month at one end of a root's figures; a unit outside the tree of its city has nothing below it."""
    figures = MonthlyFigure.objects.order_by(order).values("month")
    alone = figures.filter(unit=OuterRef("pk"))
    city = figures.filter(bureau_code=OuterRef("bureau_code"), unit__is_outside=False)
    return Case(When(is_outside=True, then=Subquery(alone[:1])), default=Subquery(city[:1]))


def latest_month(span: Span, *, now: datetime) -> date:
    """Return the month that a page begins with: the last one that is over, or the running one if there is no other."""
    return max(span.first, min(span.last, shift(month_of(now), -1)))


def together(found: Iterable[Span]) -> Span | None:
    """Return the span that holds all of these."""
    every = list(found)
    return Span(first=min(each.first for each in every), last=max(each.last for each in every)) if every else None
