"""What each page of open data shows: figures brought into the order of the page, and their charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.utils.translation import gettext as _

from cases.domain.months import shift
from cases.domain.statuses import Kind
from cases.open_data.openness import Openness, OpennessTable
from cases.open_data.places import Place, Span, latest_month
from cases.open_data.situation import Situation
from cases.open_data.sources import Source, source_of
from cases.templatetags.open_data import count, month_name, percent
from cases.web.charts import Chart, Pair, bar_chart, line_chart, row_chart
from cases.web.open_data_parts import (
    OpennessRow,
    Stat,
    Window,
    closed_stat,
    month_point,
    open_stat,
    rate_stat,
    with_before,
    year_stat,
)
from foundation.organisations.models import Organisation

MOST_PAIRS = 10
Context = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class CityCard:
    """One city on the first page."""

    organisation: Organisation
    month: date
    is_over: bool
    stats: tuple[Stat, ...]
    source: Source | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A total in the month, in the month before and a year before; None where it is not told."""

    cases: int | None
    month_before: int | None
    year_before: int | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """The categories of one kind, the largest first, with their total."""

    label: str
    rows: tuple[Situation, ...]
    total: Comparison


def overview_months(spans: Iterable[Span], *, now: datetime) -> set[date]:
    """Return the months that the first page needs: each city's latest, and the one before it."""
    latest = [latest_month(span, now=now) for span in spans]
    return {each for month in latest for each in (month, shift(month, -1))}


def city_card(organisation: Organisation, *, span: Span, table: OpennessTable, now: datetime) -> CityCard:
    """Return a city with the figures of its latest month."""
    window = Window(month=latest_month(span, now=now), span=span)
    row, before = _pair(table, organisation, window)
    stats = (open_stat(row, before), rate_stat(row, before))
    return CityCard(organisation=organisation, month=window.month, is_over=row.is_over, stats=stats, source=source_of(organisation))


def situation_page(place: Place, window: Window, *, rows: Sequence[Situation], totals: OpennessTable) -> Context:
    """Return what the page of cases by category shows."""
    row, before = _pair(totals, place.organisation, window)
    year_before = totals.of(place.organisation, window.year_before) if window.year_before else None
    ordinary = sorted((each for each in rows if not each.is_closed), key=lambda each: (-(each.cases or 0), each.code))
    stats = [
        open_stat(row, before),
        *([year_stat(row, year_before)] if year_before and row.is_over else []),
        closed_stat(row),
        rate_stat(row, before),
    ]
    series = totals.series(place.organisation)
    return {
        "source": source_of(place.organisation),
        "stats": stats,
        "row": row,
        "trend": _trend(series, window),
        "series": with_before(series),
        "groups": _groups(ordinary),
        "closed": _closed(rows, row, before, year_before),
        "totals": {name: _compare(name, row, before, year_before) for name in ("open_cases", "closed_cases", "cases")},
        "categories": _categories(ordinary, window),
    }


def openness_page(place: Place, window: Window, *, table: OpennessTable) -> Context:
    """Return what the page of the openness rate shows."""
    row, before = _pair(table, place.organisation, window)
    series = table.series(place.organisation)
    return {
        "source": source_of(place.organisation),
        "stats": [rate_stat(row, before), Stat(figure=count(row.cases), label=_("All cases")), open_stat(row, before), closed_stat(row)],
        "row": row,
        "trend": _rates(series, window) if any(each.rate is not None for each in series) else None,
        "series": with_before(series),
        "units": _units(place, window, table=table),
    }


def _pair(table: OpennessTable, organisation: Organisation, window: Window) -> tuple[Openness, Openness | None]:
    return table.of(organisation, window.month), table.of(organisation, window.before) if window.before else None


def _compare(name: str, *rows: Openness | None) -> Comparison:
    cases, month_before, year_before = (None if row is None else attrgetter(name)(row) for row in rows)
    return Comparison(cases=cases, month_before=month_before, year_before=year_before)


def _closed(rows: Sequence[Situation], *compared: Openness | None) -> list[Situation]:
    """Return the categories closed to inquiry; none of them if no case at all was closed, for then each is nought."""
    return [each for each in rows if each.is_closed] if any(row and row.closed_cases != 0 for row in compared) else []


def _groups(rows: Sequence[Situation]) -> list[Group]:
    groups = []
    for kind in Kind:
        of_kind = tuple(row for row in rows if row.category and row.category.kind == kind)
        if of_kind:
            total = Comparison(**{name: _sum(map(attrgetter(name), of_kind)) for name in ("cases", "month_before", "year_before")})
            groups.append(Group(label=str(kind.label), rows=of_kind, total=total))
    return groups


def _sum(counts: Iterable[int | None]) -> int | None:
    every = list(counts)
    return None if None in every else sum(each for each in every if each is not None)


def _trend(series: Sequence[Openness], window: Window) -> Chart:
    return bar_chart(
        name="trend",
        title=_("Cases open to inquiry by month"),
        description=", ".join(f"{month_name(row.month)}: {row.open_cases}" for row in series),
        points=[month_point(row, window, value=row.open_cases, text=count(row.open_cases)) for row in series],
    )


def _rates(series: Sequence[Openness], window: Window) -> Chart:
    return line_chart(
        name="rates",
        title=_("Openness rate by month"),
        description=", ".join(f"{month_name(row.month)}: {percent(row.rate)}" for row in series),
        points=[month_point(row, window, value=row.rate, text=percent(row.rate)) for row in series],
    )


def _categories(rows: Sequence[Situation], window: Window) -> Chart | None:
    largest = [(row.category.name, row) for row in rows if row.category and row.cases][:MOST_PAIRS]
    if not largest:
        return None
    return row_chart(
        name="categories",
        title=_("The most frequent categories, %(month)s") % {"month": month_name(window.month)},
        description=", ".join(f"{name}: {row.cases}" for name, row in largest),
        pairs=[Pair(label=name, value=row.cases or 0, text=count(row.cases), other=row.month_before) for name, row in largest],
    )


def _units(place: Place, window: Window, *, table: OpennessTable) -> list[OpennessRow]:
    """Return the organisation's own cases and the units directly below it; those that ended only if they may have cases."""
    rows = table.rows(place.organisation, depth=1, months=[window.month])
    before = table.rows(place.organisation, depth=1, months=[window.before]) if window.before else [None] * len(rows)
    # Both lists follow the tree, without the organisation itself.
    pairs = [OpennessRow(row=row, before=earlier) for row, earlier in zip(rows, before, strict=True)][1:]
    return [pair for pair in pairs if pair.row.organisation.is_active or pair.row.cases != 0]
