"""How many cases are open to inquiry, of how many: by organisation and month, rolled up the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from cases.domain.months import month_of, write_month
from cases.domain.publication import Publication
from cases.domain.small_counts import THRESHOLD, tell, tell_parts
from cases.models import MonthlyFigure
from cases.open_data.places import Place
from foundation.organisations.models import CODE_LENGTH, SEPARATOR, Organisation

# A category that is closed by law counts as closed as a whole, whatever was opened before it became one.
BY_LAW = Q(category__default_publication=Publication.CLOSED)
OPEN = Sum("open_cases", filter=~BY_LAW, default=0)
CLOSED = Sum("cases", default=0) - OPEN

# By month, place in the tree, and whether only the organisation's own cases are meant.
Key = tuple[date, str, bool]
Figure = tuple[date, str, int, int]
# Open and closed cases by month and place in the tree.
Counts = defaultdict[tuple[date, str], tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Openness:
    """One organisation in one month. ``closed_cases`` is None where it is withheld, and so is what could be computed from it.

    ``is_own``: only the cases that the organisation handles itself, without the units below it.
    """

    month: date
    organisation: Organisation
    is_own: bool
    is_over: bool
    open_cases: int
    closed_cases: int | None

    @property
    def cases(self) -> int | None:
        """All cases."""
        return None if self.closed_cases is None else self.open_cases + self.closed_cases

    @property
    def rate(self) -> float | None:
        """Cases open to inquiry out of all, 0 to 1 with four decimals; None where it is withheld or there is no case."""
        return round(self.open_cases / self.cases, 4) if self.cases else None

    @property
    def rate_at_least(self) -> float | None:
        """For a city whose closed cases are too few to be told: the lowest rate that this allows."""
        is_withheld_by_itself = self.closed_cases is None and self.organisation.parent_id is None and not self.is_own
        return round(self.open_cases / (self.open_cases + THRESHOLD - 1), 4) if is_withheld_by_itself else None

    @property
    def key(self) -> str:
        """Where it stands in a list: by month, then by place in the tree, its own cases behind all of its cases."""
        return f"{write_month(self.month)} {self.organisation.path} {int(self.is_own)}"


class OpennessTable:
    """The openness of everything in some places, in some months. ``figures``: month, path, open and closed cases of each unit by itself."""

    def __init__(self, places: Collection[Place], *, figures: Iterable[Figure], months: Collection[date], now: datetime) -> None:
        self._months, self._running = sorted(months), month_of(now)
        self._own, self._all = _roll_up(figures)
        self._below: dict[int | None, list[Organisation]] = defaultdict(list)
        for each in {each.path: each for place in places for each in place.members}.values():
            self._below[each.parent_id].append(each)
        self._told: dict[Key, Openness] = {}
        for month in self._months:
            for place in places:
                self._tell(month, place.root, told=tell(self._all[month, place.root.path][1]))

    def of(self, organisation: Organisation, month: date) -> Openness:
        """Return one row; raise ``KeyError`` for what was not asked for."""
        return self._told[month, organisation.path, False]

    def series(self, organisation: Organisation) -> list[Openness]:
        """Return one organisation month by month."""
        return [self.of(organisation, month) for month in self._months]

    def rows(self, top: Organisation, *, depth: int, months: Collection[date]) -> list[Openness]:
        """Return an organisation and what is up to ``depth`` levels below it, in the order of their keys."""
        deepest = _level(top.path) + depth
        found = [
            row
            for (month, path, is_own), row in self._told.items()
            if month in months and path.startswith(top.path) and _level(path) + is_own <= deepest
        ]
        return sorted(found, key=lambda row: row.key)

    def _tell(self, month: date, organisation: Organisation, *, told: int | None) -> None:
        """Tell an organisation, then those below it: all withheld if it is, or while the month runs."""
        self._add(month, organisation, self._all[month, organisation.path], told=told, is_own=False)
        below = self._below.get(organisation.pk)
        if not below:
            return
        own = self._own[month, organisation.path]
        parts = [own[1], *(self._all[month, each.path][1] for each in below)]
        is_told = told is not None and month < self._running
        told_parts = tell_parts(parts) if is_told else (None,) * len(parts)
        self._add(month, organisation, own, told=told_parts[0], is_own=True)
        for each, part in zip(below, told_parts[1:], strict=True):
            self._tell(month, each, told=part)

    def _add(self, month: date, organisation: Organisation, counted: tuple[int, int], *, told: int | None, is_own: bool) -> None:
        self._told[month, organisation.path, is_own] = Openness(
            month=month,
            organisation=organisation,
            is_own=is_own,
            is_over=month < self._running,
            open_cases=counted[0],
            closed_cases=told,
        )


def _level(path: str) -> int:
    return path.count(SEPARATOR)


def _roll_up(figures: Iterable[Figure]) -> tuple[Counts, Counts]:
    """Return open and closed cases by month and path: those each unit handles itself, and those with all below it."""
    own: Counts = defaultdict(lambda: (0, 0))
    rolled_up: Counts = defaultdict(lambda: (0, 0))
    for month, path, open_cases, closed_cases in figures:
        own[month, path] = (open_cases, closed_cases)
        for end in range(CODE_LENGTH + 1, len(path) + 1, CODE_LENGTH + 1):
            before = rolled_up[month, path[:end]]
            rolled_up[month, path[:end]] = (before[0] + open_cases, before[1] + closed_cases)
    return own, rolled_up


def openness_of(places: Collection[Place], *, months: Collection[date], now: datetime) -> OpennessTable:
    """Return the openness of everything in some places. One query."""
    rows = figures_of(places, months).values("month", "unit__path").annotate(open=OPEN, closed=CLOSED)
    figures = rows.values_list("month", "unit__path", "open", "closed")
    return OpennessTable(places, figures=figures, months=months, now=now)


def figures_of(places: Collection[Place], months: Collection[date]) -> QuerySet[MonthlyFigure]:
    """Return the figures of whole cities in some months."""
    codes = {place.root.bureau_code for place in places}
    return MonthlyFigure.objects.filter(bureau_code__in=codes, month__in=months).order_by()
