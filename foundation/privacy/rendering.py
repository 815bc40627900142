"""A copy as JSON, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from foundation.clock import CITY_ZONE
from foundation.privacy.copies import Copy, Table, Value


def document(copy: Copy) -> dict[str, Any]:
    """Return a copy in the language of the request; moments in ISO 8601 with the city's offset."""
    return {
        "made_at": _plain(copy.made_at),
        "account": copy.holder.account,
        "language": get_language() or "",
        "tables": [_table(table) for table in copy.tables],
        "left_out": [str(each) for each in copy.left_out],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": str(table.entry.title),
        "purpose": str(table.entry.purpose),
        "kept": [str(keep.reason) for keep in table.entry.keeps],
        "rows": [[_value(value) for value in row] for row in table.rows],
    }


def _value(value: Value) -> dict[str, Any]:
    found = {"field": value.name, "title": str(value.label), "value": _plain(value.value)}
    return {**found, "withheld": value.withheld} if value.withheld else found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(CITY_ZONE).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)
