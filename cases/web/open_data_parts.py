"""What the pages of open data have in common: the months that they look at, large figures, and tables that compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cases.domain.months import YEAR, months_from, shift
from cases.open_data.openness import Openness
from cases.open_data.places import Span
from cases.templatetags.open_data import count, difference, percent, points, relative, short_month
from cases.web.charts import Point


@dataclass(frozen=True, kw_only=True)
class Window:
    """The month that a page shows, and the months around it: a year back at most, as far as there are figures."""

    month: date
    span: Span

    @property
    def months(self) -> list[date]:
        """The month and the twelve before it."""
        return months_from(max(self.span.first, shift(self.month, -YEAR)), self.month)

    @property
    def before(self) -> date | None:
        """The month before, if there are figures."""
        return self._within(shift(self.month, -1))

    @property
    def year_before(self) -> date | None:
        """The same month of the year before, if there are figures."""
        return self._within(shift(self.month, -YEAR))

    def _within(self, month: date) -> date | None:
        return month if self.span.holds(month) else None


@dataclass(frozen=True, kw_only=True)
class Stat:
    """One large figure."""

    figure: str
    label: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OpennessRow:
    """One line of a table of openness: a month beside the one before it."""

    row: Openness
    before: Openness | None

    @property
    def open_before(self) -> int | None:
        """Cases open to inquiry of the month before."""
        return self.before.open_cases if self.before else None

    @property
    def rate_before(self) -> float | None:
        """The rate of the month before."""
        return self.before.rate if self.before else None


def with_before(series: Sequence[Openness]) -> list[OpennessRow]:
    """Return a series with its newest month on top, each beside the month before it."""
    return [OpennessRow(row=row, before=before) for row, before in zip(reversed(series), [*reversed(series[:-1]), None], strict=True)]


def open_stat(row: Openness, before: Openness | None) -> Stat:
    """Return the cases open to inquiry, with the change on the month before."""
    note = ""
    if not row.is_over:
        # Half a month beside a whole one would look like a fall.
        note = _("so far; the month is not over")
    elif before:
        note = _("%(change)s on the month before") % {"change": difference(row.open_cases, before.open_cases)}
    return Stat(figure=count(row.open_cases), label=_("Cases open to inquiry"), note=note)


def year_stat(row: Openness, year_before: Openness) -> Stat:
    """Return the change on the same month of the year before."""
    note = _("%(number)s cases then") % {"number": count(year_before.open_cases)}
    return Stat(figure=relative(row.open_cases, year_before.open_cases), label=_("Change on the same month of the year before"), note=note)


def rate_stat(row: Openness, before: Openness | None) -> Stat:
    """Return the openness rate, with its change in points; for a city whose closed cases are withheld, what it is at least."""
    if row.rate_at_least is not None:
        return Stat(figure=_("at least %(rate)s") % {"rate": percent(row.rate_at_least)}, label=_("Openness rate"))
    if row.rate is None:
        return Stat(figure=percent(None), label=_("Openness rate"), note=withheld(row) if row.closed_cases is None else _("no cases"))
    note = ""
    if before is not None and before.rate is not None:
        note = _("Change in percentage points: %(change)s") % {"change": points(row.rate, before.rate)}
    return Stat(figure=percent(row.rate), label=_("Openness rate"), note=note)


def closed_stat(row: Openness) -> Stat:
    """Return the cases closed to inquiry, or why they are not told."""
    return Stat(
        figure=count(row.closed_cases), label=_("Cases closed to inquiry"), note="" if row.closed_cases is not None else withheld(row)
    )


def withheld(row: Openness) -> str:
    """Return why the closed cases of a row are not told."""
    return _("withheld, so that nobody can be recognised") if row.is_over else _("told when the month is over")


def month_point(row: Openness, window: Window, *, value: float | None, text: str) -> Point:
    """Return the place of a month in a chart; the month that the page is about is marked."""
    return Point(label=short_month(row.month), group=str(row.month.year), value=value, text=text, is_marked=row.month == window.month)
