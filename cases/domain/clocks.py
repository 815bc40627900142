"""The legal clocks of a case: pure functions of its events and the calendar.

Terms in days run from the day after the event; a term that would end on a day off ends on the next working day (Criminal
Procedure Law art. 105; PSB Administrative Procedure Provisions art. 35). Nothing here is counted by a job.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cases.domain.statuses import Kind, Status
from foundation import workdays

Line = str | Promise

HANDOVER = timedelta(hours=72)
REPLY_WORKING_DAYS = 5


@dataclass(frozen=True, kw_only=True)
class Term:
    """A legal term of a stage: its length, what it is called, its source, and to what it may be extended."""

    days: int
    name: Line
    source: Line
    extendable_to: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClockEvent:
    """Something in the stage that moves its deadline: ``extension`` (to ``days``), ``suspension`` or ``resumption``."""

    kind: str
    at: datetime
    days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When a stage has to be over, and how that was computed, one line a step."""

    name: Line
    due_at: datetime
    explanation: tuple[Line, ...]
    source: Line
    is_running: bool = True


_ACCEPTANCE_OPINIONS = _("Ministry of Public Security, Opinions on Reforming Case Acceptance and Filing (2015)")
_ADMINISTRATIVE_PROCEDURE = _("Provisions on Administrative Procedure of Public Security Organs, article 165")
_ACCIDENT_DETERMINATION = _("Provisions on Road Traffic Accident Procedure, article 62")

_FILING_REVIEW = Term(days=3, name=_("Decision whether to file the case"), source=_ACCEPTANCE_OPINIONS, extendable_to=(7, 30))

TERMS: dict[tuple[str, str], Term] = {
    (Kind.CRIMINAL, Status.REGISTERED): _FILING_REVIEW,
    (Kind.CRIMINAL, Status.UNDER_FILING_REVIEW): _FILING_REVIEW,
    (Kind.PUBLIC_ORDER, Status.REGISTERED): Term(
        days=1, name=_("Decision whether to accept the case"), source=_ACCEPTANCE_OPINIONS, extendable_to=(3,)
    ),
    (Kind.PUBLIC_ORDER, Status.ACCEPTED): Term(
        days=30, name=_("Decision in the case"), source=_ADMINISTRATIVE_PROCEDURE, extendable_to=(60,)
    ),
    (Kind.PUBLIC_ORDER, Status.INVESTIGATING): Term(
        days=30, name=_("Decision in the case"), source=_ADMINISTRATIVE_PROCEDURE, extendable_to=(60,)
    ),
    (Kind.PUBLIC_ORDER, Status.MEDIATION): Term(
        days=30, name=_("Decision in the case"), source=_ADMINISTRATIVE_PROCEDURE, extendable_to=(60,)
    ),
    (Kind.TRAFFIC_ACCIDENT, Status.REGISTERED): Term(days=10, name=_("Determination of responsibility"), source=_ACCIDENT_DETERMINATION),
    (Kind.TRAFFIC_ACCIDENT, Status.INVESTIGATING): Term(days=10, name=_("Determination of responsibility"), source=_ACCIDENT_DETERMINATION),
    (Kind.TRAFFIC_ACCIDENT, Status.UNDER_REVIEW): Term(
        days=30, name=_("Result of the review"), source=_("Provisions on Road Traffic Accident Procedure, article 76")
    ),
}

# Stages that share one clock: moving on within the set does not start the term anew.
_SAME_CLOCK: dict[str, tuple[frozenset[str], ...]] = {
    Kind.CRIMINAL: (frozenset({Status.REGISTERED, Status.UNDER_FILING_REVIEW}),),
    Kind.PUBLIC_ORDER: (frozenset({Status.ACCEPTED, Status.INVESTIGATING, Status.MEDIATION}),),
    Kind.TRAFFIC_ACCIDENT: (frozenset({Status.REGISTERED, Status.INVESTIGATING}),),
}


def restarts_clock(*, kind: str, before: str, after: str) -> bool:
    """Whether moving from one status to another starts a new term."""
    return not any({before, after} <= same for same in _SAME_CLOCK.get(kind, ()))


def term_of(*, kind: str, status: str) -> Term | None:
    """Return the legal term of a stage, or ``None`` where the law sets none."""
    return TERMS.get((kind, status))


def stage_deadline(*, kind: str, status: str, since: datetime, events: Iterable[ClockEvent] = ()) -> Deadline | None:
    """Return the deadline of a stage that began at ``since``, or ``None`` where the law sets none.

    While the clock stands still ``is_running`` is false and ``due_at`` is the earliest day still possible.
    """
    term = term_of(kind=kind, status=status)
    if term is None:
        return None
    listed = sorted(events, key=lambda event: event.at)
    days, lines = _length(term, listed)
    start = workdays.day_of(since)
    lines.insert(0, _("The term began on %(day)s.") % {"day": _written(start)})
    lost, is_running = _days_lost(listed, since)
    if lost:
        lines.append(
            ngettext_lazy("%(n)d day is not counted (expert examination).", "%(n)d days are not counted (expert examination).", lost)
            % {"n": lost}
        )
    if not is_running:
        lines.append(_("The clock stands still until the expert examination is over."))
    end = start + timedelta(days=days + lost)
    due = _next_working_day(end)
    if due != end:
        lines.append(_("%(end)s is a day off, so the term ends on %(due)s.") % {"end": _written(end), "due": _written(due)})
    if not workdays.is_confirmed(due):
        lines.append(_("The holidays of %(year)s are not announced yet; the day may still move.") % {"year": due.year})
    return Deadline(name=term.name, due_at=workdays.end_of_day(due), explanation=tuple(lines), source=term.source, is_running=is_running)


def _written(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _length(term: Term, events: list[ClockEvent]) -> tuple[int, list[Line]]:
    """Return the term's days after extensions, and the lines that say so."""
    days = term.days
    lines: list[Line] = [ngettext_lazy("The law gives %(n)d day.", "The law gives %(n)d days.", days) % {"n": days}]
    for event in events:
        if event.kind == "extension" and event.days:
            days = event.days
            lines.append(_("On %(day)s it was extended to %(n)d days in all.") % {"day": _written(workdays.day_of(event.at)), "n": days})
    return days, lines


def _days_lost(events: list[ClockEvent], since: datetime) -> tuple[int, bool]:
    """Return the days for which the clock stood still, and whether it runs again."""
    lost, stopped = 0, None
    for event in events:
        if event.kind == "suspension" and stopped is None:
            stopped = workdays.day_of(max(event.at, since))
        elif event.kind == "resumption" and stopped is not None:
            lost += (workdays.day_of(event.at) - stopped).days
            stopped = None
    return lost, stopped is None


def _next_working_day(day: date) -> date:
    while not workdays.is_working_day(day):
        day += timedelta(days=1)
    return day


def reply_due(asked_at: datetime) -> datetime:
    """Return until when the unit owes an answer to a party's message: five working days, the hall's own promise."""
    return workdays.end_of_day(workdays.add_working_days(workdays.day_of(asked_at), REPLY_WORKING_DAYS))


def handover_due(reported_at: datetime) -> datetime:
    """Return until when a reporter must hold an inquiry code: 72 hours after the report."""
    return reported_at + HANDOVER
