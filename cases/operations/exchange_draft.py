"""What a batch of messages will write: made in memory first, then written with one statement a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from cases.domain.clocks import ClockEvent, term_of
from cases.imports.copying import Mould, copy_rows, fresh_keys
from cases.models import Case, ExchangeMessage, Party, ProgressEntry
from cases.models.progress_entry import CLOCK_KINDS, EntryKind
from cases.operations.append_entry import PROGRESSED, seal_onto, set_deadline
from cases.permissions import EXCHANGE
from foundation.accounts.actors import Actor
from foundation.accounts.models import Feed
from foundation.audit.log import Change, record_action
from foundation.clock import city_date
from foundation.outbox.events import publish_many
from foundation.progress.models import TimelineEntry, new_salt

# What a message may change in a case that is there: each column with its type.
_MOVED: Final = {
    "unit_id": "bigint",
    "officer_id": "bigint",
    "status": "text",
    "status_since": "timestamptz",
    "stage_since": "timestamptz",
    "publication": "text",
    "ground": "text",
    "due_at": "timestamptz",
    "closed_at": "timestamptz",
    "closed_by": "text",
    "source": "text",
    "source_case_id": "text",
    "source_sequence": "integer",
    "progress_length": "integer",
    "progress_head": "bytea",
}
# One statement for all cases of a batch; bulk_update would spell out each value of each row.
_MOVE: Final = f"""
    UPDATE cases_case SET {", ".join(f"{name} = new.{name}" for name in _MOVED)}
    FROM unnest(%s::bigint[], {", ".join(f"%s::{kind}[]" for kind in _MOVED.values())}) AS new (id, {", ".join(_MOVED)})
    WHERE cases_case.id = new.id
"""  # noqa: S608  # names of columns, all of them written above
# Filled when the entry is appended.
_SEALED_LATER: Final = ("case_id", "sequence", "recorded_at", "recorded_by", "previous_hash", "hash")
_ENTRY: Final = Mould(ProgressEntry)
_ANSWERED: Final = ("state", "code", "field", "entry_sequence", "closes", "settled_at", "payload")


def new_entry(*, kind: EntryKind, source_key: str, at: datetime, **values: Any) -> ProgressEntry:
    """Return an entry that a draft can append; ``values`` are what else its model has."""
    return _ENTRY.cast(
        **{"status": "", "salt": new_salt(), "kind": kind, "source_key": source_key, "at": at} | dict.fromkeys(_SEALED_LATER) | values
    )


@dataclass(kw_only=True)
class Draft:
    """Rows that are not saved yet. Cases in it are locked, or new."""

    feed: Feed
    actor: Actor
    now: datetime
    cases: dict[str, Case] = field(default_factory=dict)
    moved: dict[str, Case] = field(default_factory=dict)
    parties: list[Party] = field(default_factory=list)
    entries: list[ProgressEntry] = field(default_factory=list)
    received: list[ExchangeMessage] = field(default_factory=list)
    answered: dict[UUID, ExchangeMessage] = field(default_factory=dict)
    deeds: list[tuple[str, Case, dict[str, Change]]] = field(default_factory=list)
    alarms: Counter[str] = field(default_factory=Counter)

    def touch(self, case: Case) -> None:
        """Save the case with the batch."""
        self.cases[case.reference] = case

    def append(self, *, case: Case, entry: ProgressEntry, moves_stage: bool = False) -> ProgressEntry:
        """Seal an entry at the end of the case's timeline, as ``append_entry`` does for one; without a status it has the case's."""
        entry.recorded_at, entry.recorded_by = self.now, self.actor.label
        entry.status = entry.status or case.status
        entry.publication = TimelineEntry.Publication.WITHHELD if entry.ground else TimelineEntry.Publication.OPEN
        seal_onto(case, entry, moves_stage=moves_stage, actor=self.actor)
        self.entries.append(entry)
        self.touch(case)
        if moves_stage:
            self.moved[case.reference] = case
        return entry

    def write(self) -> None:
        """Save everything, and tell the outbox and the audit log. Whatever the database refuses takes the whole draft with it."""
        self._set_deadlines()
        known = [case for case in self.cases.values() if case.pk]
        new = [case for case in self.cases.values() if not case.pk]
        for case, key in zip(new, fresh_keys(Case, len(new)) if new else (), strict=True):
            case.pk = key
        copy_rows(Case, new)
        self._move(known)
        Party.objects.bulk_create(self.parties)
        for entry in self.entries:
            if not entry.case_id:
                # The case was new and had no key when its entry was made.
                entry.case = entry.case
        copy_rows(ProgressEntry, self.entries)
        # Most messages have had their turn at once; what the others say has to be sealed, which COPY cannot.
        copy_rows(ExchangeMessage, [row for row in self.received if row.payload is None], without=["payload"])
        ExchangeMessage.objects.bulk_create([row for row in self.received if row.payload is not None])
        self._write_answers()
        told = [(entry.case.reference, entry.sequence) for entry in self.entries]
        told += [(case.reference, case.progress_length) for _action, case, _changes in self.deeds]
        publish_many(PROGRESSED, payloads=[{"reference": reference, "sequence": number} for reference, number in told], now=self.now)
        self._write_audit()

    def _move(self, cases: Sequence[Case]) -> None:
        if cases:
            with connection.cursor() as cursor:
                cursor.execute(_MOVE, [[getattr(case, name) for case in cases] for name in ("id", *_MOVED)])

    def _set_deadlines(self) -> None:
        """Write down the deadlines of stages that began; one that goes on keeps its own. What begins on one day ends on one day."""
        events = self._clock_events()
        due: dict[tuple[str, str, date], datetime | None] = {}
        for case in self.moved.values():
            day = (case.kind, case.status, city_date(case.stage_since))
            if case.pk in events:
                set_deadline(case, clock_events=events[case.pk])
            elif day in due:
                case.due_at = due[day]
            else:
                set_deadline(case, clock_events=[])
                due[day] = case.due_at

    def _clock_events(self) -> dict[int, list[ClockEvent]]:
        stages = {case.pk: case.stage_since for case in self.moved.values() if case.pk and term_of(kind=case.kind, status=case.status)}
        events: defaultdict[int, list[ClockEvent]] = defaultdict(list)
        entries = ProgressEntry.objects.filter(case_id__in=stages, kind__in=CLOCK_KINDS).order_by("sequence") if stages else ()
        for entry in entries:
            if entry.at >= stages[entry.case_id]:
                events[entry.case_id].append(ClockEvent(kind=entry.kind, at=entry.at, days=entry.term_days))
        return events

    def _write_answers(self) -> None:
        settled = [row for row in self.answered.values() if row.settled_at]
        held = [row.pk for row in self.answered.values() if not row.settled_at]
        ExchangeMessage.objects.bulk_update(settled, _ANSWERED)
        if held:
            ExchangeMessage.objects.filter(pk__in=held).update(state=ExchangeMessage.State.QUARANTINED)

    def _write_audit(self) -> None:
        for action, case, changes in self.deeds:
            record_action(actor=self.actor, action=action, capability=EXCHANGE, subject=case, now=self.now, changes=changes)
        for of, times in self.alarms.items():
            changes = {"of": (None, of), "messages": (0, times)}
            record_action(
                actor=self.actor, action="exchange.foreign_bureau", capability=EXCHANGE, subject=self.feed, now=self.now, changes=changes
            )


def counted(rows: Iterable[ExchangeMessage]) -> dict[str, Change]:
    """Return how many rows are in which state, as the audit log writes it."""
    return {state: (0, number) for state, number in sorted(Counter(row.state for row in rows).items())}
