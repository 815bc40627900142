"""The choice of a month on the pages of open data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.domain.months import months_from, read_month, shift, write_month
from cases.open_data.places import Span, latest_month
from cases.templatetags.open_data import month_name

# A page offers ten years; an older month still answers to its address.
MOST_OFFERED = 120


class MonthField(forms.ChoiceField):
    """A month such as ``2016-10`` within a span."""

    def __init__(self, *, span: Span) -> None:
        self._span = span
        offered = months_from(max(span.first, shift(span.last, 1 - MOST_OFFERED)), span.last)
        choices = [(write_month(month), month_name(month)) for month in reversed(offered)]
        super().__init__(label=_("Month"), choices=choices)

    def validate(self, value: str) -> None:
        """Say whether the month cannot be read or has no figures; a month too old for the list is good."""
        month = read_month(value)
        if month is None:
            message = _("Write the month as year and month, such as 2016-10, or choose one from the list.")
            raise forms.ValidationError(message, code="unreadable")
        if not self._span.holds(month):
            raise forms.ValidationError(_("There are no figures for this month. Choose one from the list."), code="no_figures")


class MonthForm(forms.Form):
    """One month out of those for which there are figures. Sent by GET, so that every figure has an address."""

    def __init__(self, asked: Mapping[str, str], *, span: Span, now: datetime) -> None:
        super().__init__({"month": asked.get("month") or write_month(latest_month(span, now=now))})
        self.fields["month"] = MonthField(span=span)

    @property
    def chosen(self) -> date | None:
        """The month to be shown; nothing if what was asked for cannot be, and then ``errors`` says why."""
        return read_month(self.cleaned_data["month"]) if self.is_valid() else None
