"""Write a batch of imported cases with their steps, in one transaction.

What is imported has happened: it is told, not decided, so the transition tables are not asked
(``docs/decisions/0010-imported-history.md``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from cases.domain.clocks import ClockEvent
from cases.imports.copying import Mould, copy_rows, fresh_keys
from cases.imports.histories import BEFORE_ALL, CaseFacts, CaseHistory, PastStep, Place, PlaceOf
from cases.imports.report import BatchResult
from cases.models import Case, ProgressEntry
from cases.models.case import new_case_reference
from cases.models.progress_entry import CLOCK_KINDS, EntryKind
from cases.operations.append_entry import seal_onto, set_deadline
from cases.operations.refresh_figures import month_of
from cases.permissions import IMPORT, check_may_at
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import NotFound
from foundation.organisations.models import Organisation
from foundation.outbox.events import publish_once
from foundation.progress.chain import GENESIS
from foundation.progress.models import TimelineEntry, new_salt

IMPORTED = "case.month_imported"
_NEW_CASE, _NEW_ENTRY = Mould(Case), Mould(ProgressEntry)
_STEP = EntryKind.STATUS.value
_OPEN, _WITHHELD = TimelineEntry.Publication.OPEN.value, TimelineEntry.Publication.WITHHELD.value
# An entry made in the hall itself comes after everything that a source tells of the same moment.
_LAST_OF_ITS_MOMENT = 1_000_000
_MOVED = ("id", "status", "status_since", "stage_since", "due_at", "closed_at", "closed_by", "progress_length", "progress_head")
_UPDATE = """
    UPDATE cases_case SET status = new.status, status_since = new.status_since, stage_since = new.stage_since, due_at = new.due_at,
        closed_at = new.closed_at, closed_by = new.closed_by, progress_length = new.progress_length, progress_head = new.progress_head
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
        %s::timestamptz[], %s::text[], %s::integer[], %s::bytea[])
        AS new (id, status, status_since, stage_since, due_at, closed_at, closed_by, progress_length, progress_head)
    WHERE cases_case.id = new.id
"""


@transaction.atomic
def import_histories(
    *, actor: Actor, unit: Organisation, source: str, histories: Sequence[CaseHistory], place_of: PlaceOf, now: datetime
) -> BatchResult:
    """Write cases that are not there yet, and add steps to those that are; what is there already stays as it is.

    ``unit`` is the one at or below which the cases are; each source's case stands in ``histories`` once. A step that comes before the
    case's present stage is stored as late and does not move it back. Can be repeated, also beside another import of the same source.
    """
    check_may_at(actor, IMPORT, unit)
    _one_at_a_time(unit.bureau_code, source)
    known = _known_cases(unit.bureau_code, source, [each.source_case_id for each in histories])
    keys = _stored_keys(known.values())
    writer = _Writer(actor=actor, unit=unit, source=source, place_of=place_of, now=now)
    writer.begin([each for each in histories if each.source_case_id not in known])
    writer.go_on([(known[each.source_case_id], each) for each in histories if each.source_case_id in known], keys)
    return writer.save()


def _one_at_a_time(bureau_code: str, source: str) -> None:
    # Rows that do not exist yet cannot be locked; two runs side by side would both insert them. The lock ends with the transaction.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"import/{bureau_code}/{source}"])


def _known_cases(bureau_code: str, source: str, source_case_ids: list[str]) -> dict[str, int]:
    found = Case.objects.filter(bureau_code=bureau_code, source=source, source_case_id__in=source_case_ids)
    return dict(found.values_list("source_case_id", "pk"))


def _stored_keys(cases: Iterable[int]) -> dict[int, set[str]]:
    keys: defaultdict[int, set[str]] = defaultdict(set)
    entries = ProgressEntry.objects.filter(case_id__in=list(cases)).exclude(source_key="")
    for case_id, key in entries.values_list("case_id", "source_key"):
        keys[case_id].add(key)
    return keys


@dataclass(kw_only=True)
class _Writer:
    """Gathers what a batch changes, then saves it in few statements."""

    actor: Actor
    unit: Organisation
    source: str
    place_of: PlaceOf
    now: datetime
    result: BatchResult = field(default_factory=BatchResult)
    new: list[Case] = field(default_factory=list)
    changed: list[Case] = field(default_factory=list)
    entries: list[ProgressEntry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._label = self.actor.label

    def begin(self, histories: Sequence[CaseHistory]) -> None:
        """Make the cases that are not there yet, with all their steps."""
        for key, history in zip(fresh_keys(Case, len(histories)), histories, strict=True):
            if history.facts is None:
                raise NotFound
            case = self._new_case(key, history, history.facts)
            for step in history.steps:
                self._append(case, step, is_late=False)
            _settle(case, [])
            self.new.append(case)

    def go_on(self, histories: Sequence[tuple[int, CaseHistory]], keys: Mapping[int, set[str]]) -> None:
        """Add what is missing to the cases that are there."""
        grown = {key: history for key, history in histories if any(step.key not in keys[key] for step in history.steps)}
        entries = _entries_of(self._lock(grown))
        for key, history in histories:
            if key not in grown:
                self.result.entries_unchanged += len(history.steps)
        for case in self.changed[:]:
            self._add_missing(case, grown[case.pk], entries[case.pk])
        self.result.cases_unchanged = len(histories) - len(self.changed)

    def save(self) -> BatchResult:
        """Write everything down, with the audit row, and tell the outbox which months have new cases."""
        copy_rows(Case, self.new)
        copy_rows(ProgressEntry, self.entries)
        _update(self.changed)
        self.result.cases_new, self.result.cases_updated = len(self.new), len(self.changed)
        self.result.entries_new = len(self.entries)
        self.result.entries_late = sum(entry.is_late for entry in self.entries)
        if self.entries:
            counts = {name: (None, getattr(self.result, name)) for name in ("cases_new", "cases_updated", "entries_new")}
            record_action(
                actor=self.actor,
                action="case.import",
                capability=IMPORT,
                subject=self.unit,
                now=self.now,
                changes={"source": (None, self.source), **counts},
            )
        for unit_id, month in sorted({(case.unit_id, month_of(case.reported_at)) for case in self.new}):
            publish_once(IMPORTED, now=self.now, unit_id=unit_id, month=month.isoformat())
        return self.result

    def _new_case(self, key: int, history: CaseHistory, facts: CaseFacts) -> Case:
        return _NEW_CASE.cast(
            id=key,
            reference=new_case_reference(),
            bureau_code=facts.unit.bureau_code,
            unit_id=facts.unit.pk,
            kind=facts.category.kind,
            category_id=facts.category.pk,
            status=history.steps[0].status,
            status_since=facts.reported_at,
            stage_since=facts.reported_at,
            publication=facts.publication,
            ground=facts.ground,
            reported_at=facts.reported_at,
            registered_at=self.now,
            registered_by=self._label,
            source=self.source,
            source_case_id=history.source_case_id,
            progress_head=GENESIS,
        )

    def _lock(self, keys: Iterable[int]) -> list[Case]:
        """Lock the cases in one order, so that two who lock several never wait for each other."""
        self.changed = list(Case.objects.select_for_update(of=("self",)).filter(pk__in=list(keys)).order_by("pk"))
        return self.changed

    def _add_missing(self, case: Case, history: CaseHistory, entries: Sequence[ProgressEntry]) -> None:
        stored = {entry.source_key for entry in entries}
        missing = [step for step in history.steps if step.key not in stored]
        self.result.entries_unchanged += len(history.steps) - len(missing)
        if case.merged_into_id is not None or not missing:
            self.result.refused += [(history.source_case_id, step.key) for step in missing]
            self.changed.remove(case)
            return
        stage = self._place_of_stage(entries)
        for step in missing:
            self._append(case, step, is_late=step.place < stage)
            stage = max(stage, step.place)
        _settle(case, entries)

    def _place_of_stage(self, entries: Sequence[ProgressEntry]) -> Place:
        places = [
            self.place_of(entry.source_key, entry.at) if entry.source_key else (entry.at, _LAST_OF_ITS_MOMENT)
            for entry in entries
            if entry.kind == EntryKind.STATUS and not entry.is_late
        ]
        return max(places, default=BEFORE_ALL)

    def _append(self, case: Case, step: PastStep, *, is_late: bool) -> None:
        entry = _NEW_ENTRY.cast(
            case_id=case.pk,
            sequence=0,
            at=step.at,
            recorded_at=self.now,
            kind=_STEP,
            status=step.status,
            text_en=step.text_en,
            text_zh=step.text_zh,
            detail=step.detail,
            publication=_WITHHELD if step.ground else _OPEN,
            ground=step.ground,
            source_key=step.key,
            is_late=is_late,
            recorded_by=self._label,
            salt=new_salt(),
            previous_hash=b"",
            hash=b"",
        )
        seal_onto(case, entry, moves_stage=not is_late, actor=self.actor)
        if step.closes and not is_late and case.closed_at is None:
            case.closed_at, case.closed_by = step.at, self._label
        self.entries.append(entry)


def _entries_of(cases: Sequence[Case]) -> Mapping[int, list[ProgressEntry]]:
    found: defaultdict[int, list[ProgressEntry]] = defaultdict(list)
    for entry in ProgressEntry.objects.filter(case__in=cases).order_by("case_id", "sequence"):
        found[entry.case_id].append(entry)
    return found


def _settle(case: Case, entries: Sequence[ProgressEntry]) -> None:
    """Give the case its deadline. Sources date some steps before the report itself; no stage of a case lies before its report."""
    case.status_since = max(case.status_since, case.reported_at)
    case.stage_since = max(case.stage_since, case.reported_at)
    case.closed_at = case.closed_at and max(case.closed_at, case.reported_at)
    moved_clock = [each for each in entries if each.kind in CLOCK_KINDS and each.at >= case.stage_since]
    set_deadline(case, clock_events=[ClockEvent(kind=each.kind, at=each.at, days=each.term_days) for each in moved_clock])


def _update(cases: Sequence[Case]) -> None:
    """Write what steps move, in one statement: ``bulk_update`` takes ten times as long."""
    if cases:
        columns = [[bytes(case.progress_head) if name == "progress_head" else getattr(case, name) for case in cases] for name in _MOVED]
        with connection.cursor() as cursor:
            cursor.execute(_UPDATE, columns)
