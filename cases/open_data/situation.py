"""Cases by category and month, with the month before and the same month of the year before: what stations publish as 警情通报.

Ordinary categories count the cases that are open to inquiry. What is closed to inquiry is counted apart, for a whole city and
a month that is over only: by category where the law closes the category, together where an officer closed single cases. All
rows of a month add up to all cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models.functions import Substr

from cases.domain.months import YEAR, month_of, shift, write_month
from cases.domain.publication import Publication
from cases.domain.small_counts import tell, tell_parts
from cases.models import Category
from cases.open_data.openness import CLOSED, OPEN, figures_of
from cases.open_data.places import Place
from foundation.organisations.models import Organisation, path_range

BY_DECISION = "closed-by-decision"
"""The code of the row that holds cases of ordinary categories that were closed one by one."""

Counts = dict[tuple[date, str, str], int | None]


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One category of one organisation in one month. A count is None where it is withheld, or where there are no figures yet."""

    month: date
    organisation: Organisation
    category: Category | None
    is_closed: bool
    is_over: bool
    cases: int | None
    month_before: int | None
    year_before: int | None

    @property
    def code(self) -> str:
        """The category's code."""
        return self.category.code if self.category else BY_DECISION

    @property
    def key(self) -> str:
        """Where it stands in a list: by month, organisation and category, closed ones behind."""
        return f"{write_month(self.month)} {self.organisation.path} {int(self.is_closed)} {self.code}"


def change(now: int | None, before: int | None) -> float | None:
    """Return the change in relation to before, four decimals: 0.25 is a quarter more. None if either is not told, or before was nought."""
    return round((now - before) / before, 4) if now is not None and before else None


class SituationTable:
    """Every category of some organisations in some months. Asks the database twice, when it is made.

    The organisations are either one, or the roots of several cities.
    """

    def __init__(self, places: Collection[Place], *, months: Collection[date], now: datetime) -> None:
        self._places, self._months, self._running = places, sorted(months), month_of(now)
        asked = {each for month in months for each in (month, shift(month, -1), shift(month, -YEAR))}
        # Those closed by law are listed whether there was a case or not: a row that comes and goes would tell.
        self._categories = {each.code: each for each in Category.objects.all()}
        self._by_law = sorted(code for code, each in self._categories.items() if each.default_publication == Publication.CLOSED)
        self._open: Counts = defaultdict(lambda: 0)
        self._closed: Counts = {}
        self._used: defaultdict[str, set[str]] = defaultdict(set)
        self._read(asked)

    def rows(self, *, months: Collection[date] | None = None) -> list[Situation]:
        """Return the rows in the order of their keys. A category of which nothing was counted in all these months is left out."""
        chosen = sorted(self._months if months is None else months)
        return sorted((row for place in self._places for row in self._rows_of(place, chosen)), key=lambda row: row.key)

    def _rows_of(self, place: Place, months: Iterable[date]) -> Iterable[Situation]:
        for month in months:
            if place.span is None or not place.span.holds(month):
                continue
            for code in self._used[place.organisation.path]:
                yield self._row(place, month, code, self._open, is_closed=False)
            if place.is_root:
                for code in (*self._by_law, BY_DECISION):
                    yield self._row(place, month, code, self._closed, is_closed=True)

    def _row(self, place: Place, month: date, code: str, counts: Counts, *, is_closed: bool) -> Situation:
        def count(of: date) -> int | None:
            return counts[of, place.organisation.path, code] if place.span and place.span.holds(of) else None

        return Situation(
            month=month,
            organisation=place.organisation,
            category=self._categories.get(code),
            is_closed=is_closed,
            is_over=month < self._running,
            cases=count(month),
            month_before=count(shift(month, -1)),
            year_before=count(shift(month, -YEAR)),
        )

    def _read(self, asked: Collection[date]) -> None:
        closed: defaultdict[tuple[date, str], dict[str, int]] = defaultdict(dict)
        length = len(next(iter(self._places)).organisation.path) if self._places else 0
        figures = figures_of(self._places, asked).annotate(top=Substr("unit__path", 1, length))
        if len(self._places) == 1:
            figures = figures.filter(path_range(next(iter(self._places)).organisation.path, field="unit__path"))
        rows = figures.values("month", "top", "category__code").annotate(open=OPEN, closed=CLOSED)
        for month, top, code, open_cases, closed_cases in rows.values_list("month", "top", "category__code", "open", "closed"):
            if code not in self._by_law:
                self._open[month, top, code] = open_cases
                if open_cases:
                    self._used[top].add(code)
            part = code if code in self._by_law else BY_DECISION
            closed[month, top][part] = closed[month, top].get(part, 0) + closed_cases
        for place in self._places:
            for month in asked if place.is_root else ():
                self._close(month, place.root.path, closed[month, place.root.path])

    def _close(self, month: date, path: str, counted: dict[str, int]) -> None:
        """Decide which counts of closed cases are told, as parts of the city's own count."""
        codes = (*self._by_law, BY_DECISION)
        parts = [counted.get(code, 0) for code in codes]
        is_told = month < self._running and tell(sum(parts)) is not None
        told = tell_parts(parts) if is_told else (None,) * len(parts)
        self._closed.update({(month, path, code): count for code, count in zip(codes, told, strict=True)})
