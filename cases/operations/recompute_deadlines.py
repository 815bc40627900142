"""Compute every open deadline anew, as when a holiday was announced."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from cases.domain.clocks import TERMS, ClockEvent
from cases.models import Case, ProgressEntry
from cases.models.progress_entry import CLOCK_KINDS
from cases.operations.append_entry import set_deadline

BATCH = 1000


def recompute_deadlines() -> tuple[int, int]:
    """Go through all live cases whose stage has a legal term; return how many were looked at and how many moved."""
    looked = moved = last = 0
    statuses = {status for _kind, status in TERMS}
    while True:
        with transaction.atomic():
            cases = list(Case.objects.live().select_for_update().filter(pk__gt=last, status__in=statuses).order_by("pk")[:BATCH])
            if not cases:
                return looked, moved
            moved += _recompute(cases)
        looked, last = looked + len(cases), cases[-1].pk


def _recompute(cases: list[Case]) -> int:
    events: defaultdict[int, list[ClockEvent]] = defaultdict(list)
    stage_since = {case.pk: case.stage_since for case in cases}
    for entry in ProgressEntry.objects.filter(case__in=cases, kind__in=CLOCK_KINDS).order_by("sequence"):
        if entry.at >= stage_since[entry.case_id]:
            events[entry.case_id].append(ClockEvent(kind=entry.kind, at=entry.at, days=entry.term_days))
    changed = []
    for case in cases:
        before = case.due_at
        set_deadline(case, clock_events=events[case.pk])
        if case.due_at != before:
            changed.append(case)
    Case.objects.bulk_update(changed, ["due_at"])
    return len(changed)
