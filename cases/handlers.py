"""What follows from events of cases, after they are committed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from cases import notices
from cases.models import Case
from cases.models.progress_entry import EntryKind
from cases.operations.append_entry import PROGRESSED
from cases.operations.import_histories import IMPORTED
from cases.operations.make_complaint import ANSWERED as COMPLAINT_ANSWERED
from cases.operations.make_complaint import COMPLAINED
from cases.operations.refresh_figures import month_of, refresh_figures, refresh_figures_of_bureau
from cases.operations.release_quarantine import ENDED, catch_up
from cases.operations.send_message import ANSWERED as MESSAGE_ANSWERED
from cases.operations.send_message import ASKED as MESSAGE_ASKED
from cases.operations.watch_closings import HELD
from foundation.outbox.events import register as on


def register() -> None:
    """Tell the outbox which events cases handle."""
    on(PROGRESSED, count_month_of_case)
    on(PROGRESSED, notices.tell_of_progress)
    on(MESSAGE_ASKED, notices.tell_of_question)
    on(MESSAGE_ANSWERED, notices.tell_of_answer)
    on(COMPLAINED, notices.tell_of_complaint)
    on(COMPLAINT_ANSWERED, notices.tell_of_complaint_answered)
    on(HELD, notices.tell_of_held_feed)
    on(IMPORTED, count_month)
    on(ENDED, let_feed_catch_up)


def count_month_of_case(payload: Mapping[str, Any], now: datetime) -> None:
    """Keep open data up to date with a case that was registered, moved or closed to inquiry."""
    case = Case.objects.only("unit_id", "bureau_code", "reported_at").get(reference=payload["reference"])
    month = month_of(case.reported_at)
    if case.entries.filter(sequence=payload["sequence"], kind=EntryKind.TRANSFER).exists():
        refresh_figures_of_bureau(bureau_code=case.bureau_code, month=month, also_unit_id=case.unit_id, now=now)
    else:
        refresh_figures(unit_id=case.unit_id, month=month, now=now)


def count_month(payload: Mapping[str, Any], now: datetime) -> None:
    """Keep open data up to date with a month that was imported as a whole."""
    refresh_figures(unit_id=payload["unit_id"], month=date.fromisoformat(payload["month"]), now=now)


def let_feed_catch_up(payload: Mapping[str, Any], now: datetime) -> None:
    """Let messages act that a quarantine kept back; what is left over is asked for by the next event."""
    catch_up(feed_code=payload["feed"], now=now)
