"""The rows of open data, the same for programs and for spreadsheets: flat, with names in both languages, and never renamed."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.domain.months import write_month
from cases.domain.statuses import Kind
from cases.open_data.openness import Openness
from cases.open_data.situation import Situation, change
from cases.open_data.sources import source_of
from foundation.organisations.models import Organisation

WHOLE, OWN = "with_units_below", "own_cases_only"
OPEN, CLOSED = "open", "closed"


def _count(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, **options)


class RowSerializer(serializers.Serializer[Any]):
    """What every row begins with."""

    month = serializers.SerializerMethodField(help_text="ISO 8601, such as `2016-10`: the month of the report, in the city's time.")
    organisation_code = serializers.CharField(source="organisation.code")
    organisation_name_en = serializers.CharField(source="organisation.name_en")
    organisation_name_zh = serializers.CharField(source="organisation.name_zh")

    def get_month(self, row: Openness | Situation) -> str:
        """Write the month."""
        return write_month(row.month)

    def get_source_name(self, row: Openness | Situation) -> str:
        """Name the source where a licence asks for it, else the city's own bureau."""
        source = source_of(row.organisation)
        return source.name_en if source else ""

    def get_licence(self, row: Openness | Situation) -> str:
        """Name the licence by its SPDX identifier."""
        source = source_of(row.organisation)
        return source.licence if source else ""


class OpennessSerializer(RowSerializer):
    """One organisation in one month."""

    organisation_kind = serializers.ChoiceField(source="organisation.kind", choices=Organisation.Kind.choices)
    parent_code = serializers.SerializerMethodField(help_text="The organisation above; empty for a city.")
    scope = serializers.SerializerMethodField(
        help_text=f"`{WHOLE}`: all cases of the organisation; `{OWN}`: those that it handles itself. "
        "The own cases and the units directly below add up to all."
    )
    is_complete = serializers.BooleanField(source="is_over", help_text="Whether the month is over.")
    cases = _count(allow_null=True, help_text="All cases; null where it is withheld.")
    open_cases = _count(help_text="Cases that can be followed with the code on the receipt.")
    closed_cases = _count(
        allow_null=True, help_text="Null where it is withheld: one or two, or a figure from which one or two could be worked out."
    )
    rate = serializers.FloatField(
        allow_null=True,
        min_value=0,
        max_value=1,
        help_text="Openness rate, four decimals; null where it is withheld or there are no cases.",
    )
    rate_at_least = serializers.FloatField(
        allow_null=True, min_value=0, max_value=1, help_text="For a city whose closed cases are withheld: the lowest rate that is possible."
    )
    source_name = serializers.SerializerMethodField(help_text="Who is to be named; empty for figures of the hall's own.")
    licence = serializers.SerializerMethodField(help_text="SPDX identifier; empty for figures of the hall's own.")

    def get_parent_code(self, row: Openness) -> str:
        """Return the code above."""
        return (*("",), *row.organisation.ancestor_codes)[-1]

    def get_scope(self, row: Openness) -> str:
        """Return which cases are counted."""
        return OWN if row.is_own else WHOLE


class SituationSerializer(RowSerializer):
    """One category of one organisation in one month."""

    category_code = serializers.CharField(source="code")
    category_name_en = serializers.SerializerMethodField()
    category_name_zh = serializers.SerializerMethodField()
    kind = serializers.SerializerMethodField(help_text=f"{', '.join(Kind.values)}; empty for cases of several kinds.")
    counted = serializers.SerializerMethodField(
        help_text=f"`{OPEN}`: cases open to inquiry; `{CLOSED}`: cases closed to inquiry, for cities only. "
        "All rows of a city's month add up to all cases."
    )
    is_complete = serializers.BooleanField(source="is_over", help_text="Whether the month is over.")
    cases = _count(allow_null=True, help_text="Null where it is withheld.")
    cases_month_before = _count(source="month_before", allow_null=True, help_text="Null where it is withheld or there are no figures.")
    change_to_month_before = serializers.SerializerMethodField(help_text="In relation to the month before: 0.25 is a quarter more.")
    cases_year_before = _count(source="year_before", allow_null=True, help_text="The same month of the year before.")
    change_to_year_before = serializers.SerializerMethodField(help_text="In relation to the same month of the year before.")
    source_name = serializers.SerializerMethodField(help_text="Who is to be named; empty for figures of the hall's own.")
    licence = serializers.SerializerMethodField(help_text="SPDX identifier; empty for figures of the hall's own.")

    def get_category_name_en(self, row: Situation) -> str:
        """Name the category in English."""
        return row.category.name_en if row.category else "Other categories, closed case by case"

    def get_category_name_zh(self, row: Situation) -> str:
        """Name the category in Chinese."""
        return row.category.name_zh if row.category else "其他类别（逐案决定不公开）"

    def get_kind(self, row: Situation) -> str:
        """Return the kind of case."""
        return row.category.kind if row.category else ""

    def get_counted(self, row: Situation) -> str:
        """Return which cases are counted."""
        return CLOSED if row.is_closed else OPEN

    def get_change_to_month_before(self, row: Situation) -> float | None:
        """Compare with the month before."""
        return change(row.cases, row.month_before)

    def get_change_to_year_before(self, row: Situation) -> float | None:
        """Compare with the same month of the year before."""
        return change(row.cases, row.year_before)
