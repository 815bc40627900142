"""Many true rows, made fast: timelines of cases that are chained as the hall chains them, and deeds."""

from __future__ import annotations

from datetime import timedelta

from cases.imports.copying import Mould, copy_rows, fresh_keys
from cases.models import Case, ProgressEntry
from cases.models.case import new_case_reference
from foundation.audit.models import AuditEntry
from foundation.progress.chain import GENESIS
from foundation.progress.models import new_salt

_CASE, _ENTRY = Mould(Case), Mould(ProgressEntry)
STEPS = 10
AT_ONCE = 20_000


def write_timelines(*, units, category, entries, now, steps=STEPS):
    """Write so many entries of cases with ``steps`` steps each, by turns at the units."""
    made = 0
    while made < entries:
        count = min(AT_ONCE, entries - made) // steps
        cases, rows = [], []
        for key in fresh_keys(Case, count):
            case = _case(key, units[key % len(units)], category, now)
            cases.append(case)
            rows += [_entry(case, number, now) for number in range(1, steps + 1)]
        copy_rows(Case, cases)
        copy_rows(ProgressEntry, rows)
        made += len(rows)


def write_deeds(*, count, now, bureaus=("310000",)):
    """Write so many deeds, by turns in the bureaus."""
    deed = {"actor_kind": "officer", "actor_reference": "U-1", "subject_kind": "case", "subject_reference": "C-1"}
    for start in range(0, count, AT_ONCE):
        AuditEntry.objects.bulk_create(
            AuditEntry(at=now, action=f"deed-{number}", bureau_code=bureaus[number % len(bureaus)], changes={"a": [1, "一"]}, **deed)
            for number in range(start, min(start + AT_ONCE, count))
        )


def _case(key, unit, category, now):
    return _CASE.cast(
        id=key,
        reference=new_case_reference(),
        bureau_code=unit.bureau_code,
        unit_id=unit.pk,
        kind=category.kind,
        category_id=category.pk,
        status="registered",
        status_since=now,
        stage_since=now,
        reported_at=now,
        registered_at=now,
        registered_by="command:test",
        progress_head=GENESIS,
    )


def _entry(case, number, now):
    at = now + timedelta(minutes=number)
    entry = _ENTRY.cast(
        case_id=case.pk,
        sequence=number,
        at=at,
        recorded_at=at,
        kind="status" if number == 1 else "note",
        status="registered",
        detail="" if number == 1 else f"Step {number} 进展.",
        recorded_by="command:test",
        source_key="",
        salt=new_salt(),
        previous_hash=b"",
        hash=b"",
    )
    case.progress_head = entry.seal(matter_reference=case.reference, previous=bytes(case.progress_head))
    case.progress_length = number
    return entry
