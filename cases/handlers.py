"""What follows from events of cases, after they are committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cases.models import Case
from cases.operations.append_entry import PROGRESSED
from cases.operations.refresh_figures import month_of, refresh_figures
from foundation.outbox.events import register as on

IMPORTED = "case.month_imported"


def register() -> None:
    """Tell the outbox which events cases handle."""
    on(PROGRESSED, count_month_of_case)
    on(IMPORTED, count_month)


def count_month_of_case(payload: Mapping[str, Any], now: datetime) -> None:
    """Keep open data up to date with a case that was registered, moved or closed to inquiry."""
    case = Case.objects.only("unit_id", "reported_at").get(reference=payload["reference"])
    refresh_figures(unit_id=case.unit_id, month=month_of(case.reported_at), now=now)


def count_month(payload: Mapping[str, Any], now: datetime) -> None:
    """Keep open data up to date with a month that was imported as a whole."""
    refresh_figures(unit_id=payload["unit_id"], month=date.fromisoformat(payload["month"]), now=now)
