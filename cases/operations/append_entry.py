"""Append an entry to a case's timeline: the one way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.domain.clocks import ClockEvent, restarts_clock, stage_deadline
from cases.domain.statuses import CLOSED_STATUSES
from cases.models import Case, ProgressEntry
from cases.models.progress_entry import CLOCK_KINDS, EntryKind
from foundation.accounts.actors import Actor
from foundation.outbox.events import publish
from foundation.progress.models import TimelineEntry

PROGRESSED = "case.progressed"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What an entry says: standard words in both languages for whoever holds the receipt, and the officer's own for parties."""

    text_en: str = ""
    text_zh: str = ""
    detail: str = ""


NO_WORDS = Words()


def append_entry(  # noqa: PLR0913 - an entry has that many sides, and each is named where it is told
    *,
    case: Case,
    kind: EntryKind,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
    status: str | None = None,
    words: Words = NO_WORDS,
    ground: str = "",
    refers_to: int | None = None,
    term_days: int | None = None,
    source_key: str = "",
    is_late: bool = False,
) -> ProgressEntry:
    """Seal an entry at the end of the timeline of a locked case, move its stage and its deadline, save it, and tell the outbox."""
    at = at or now
    entry = ProgressEntry(
        at=at,
        recorded_at=now,
        kind=kind,
        status=status or case.status,
        text_en=words.text_en,
        text_zh=words.text_zh,
        detail=words.detail,
        publication=TimelineEntry.Publication.WITHHELD if ground else TimelineEntry.Publication.OPEN,
        ground=ground,
        refers_to=refers_to,
        term_days=term_days,
        source_key=source_key,
        is_late=is_late,
        recorded_by=actor.label,
    )
    seal_onto(case, entry, moves_stage=status is not None and not is_late, actor=actor)
    entry.save(force_insert=True)
    set_deadline(case, clock_events=_clock_events(case))
    case.save()
    publish(PROGRESSED, now=now, reference=case.reference, sequence=entry.sequence)
    return entry


def seal_onto(case: Case, entry: ProgressEntry, *, moves_stage: bool, actor: Actor) -> None:
    """Give an entry its place at the end of a locked case's timeline, seal it there and move the case's stage; nothing is saved."""
    entry.case = case
    entry.sequence = case.progress_length + 1
    case.progress_head = entry.seal(matter_reference=case.reference, previous=bytes(case.progress_head))
    case.progress_length = entry.sequence
    if moves_stage:
        move_stage(case=case, status=entry.status, at=entry.at, actor=actor)


def move_stage(*, case: Case, status: str, at: datetime, actor: Actor) -> None:
    """Put the case into a status; the clock starts anew unless both stages share one."""
    if case.progress_length == 1 or restarts_clock(kind=case.kind, before=case.status, after=status):
        case.stage_since = at
    case.status, case.status_since = status, at
    is_closed = status in CLOSED_STATUSES
    case.closed_at, case.closed_by = (at, actor.label) if is_closed else (None, "")


def set_deadline(case: Case, *, clock_events: list[ClockEvent]) -> None:
    """Write down the stage's deadline for the worklists."""
    deadline = stage_deadline(kind=case.kind, status=case.status, since=case.stage_since, events=clock_events)
    case.due_at = deadline.due_at if deadline and deadline.is_running else None


def _clock_events(case: Case) -> list[ClockEvent]:
    entries = ProgressEntry.objects.filter(case=case, kind__in=CLOCK_KINDS, at__gte=case.stage_since).order_by("sequence")
    return [ClockEvent(kind=entry.kind, at=entry.at, days=entry.term_days) for entry in entries]
