"""Forget what is over: every rule of the registry, batch by batch."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from foundation.audit.log import Who, record_action
from foundation.audit.rights import HALL
from foundation.privacy import retention
from foundation.privacy.models import PurgeRun
from foundation.privacy.retention import Rule

BATCH: Final = 500


@dataclass(frozen=True, kw_only=True)
class Purged:
    """What one rule did in a run, or would do."""

    rule: Rule
    rows: int


def preview(*, now: datetime) -> Iterator[Purged]:
    """Count what each rule would be done to, and do nothing."""
    for rule in retention.rules():
        yield Purged(rule=rule, rows=rule.due(now).count())


def purge(*, actor: Who, now: datetime, batch: int = BATCH, rules: Iterable[Rule] | None = None) -> Iterator[Purged]:
    """Do what every rule says to whatever is over; yield what each did. Write one audit row a rule.

    Each batch is a transaction of its own, which also counts it: a run that is broken off loses nothing, the next one goes on where
    it was and writes the audit row that is missing. Rows that another run has locked are left to it.
    """
    _finish_broken_runs(actor=actor, now=now)
    run = uuid.uuid4()
    for rule in retention.rules() if rules is None else rules:
        kept = PurgeRun.objects.create(run=run, rule=rule.name, began_at=now)
        while done := _one_batch(rule, kept, now=now, batch=batch):
            kept.rows += done
        _end(actor=actor, run=kept, now=now, is_whole=True)
        yield Purged(rule=rule, rows=kept.rows)


@transaction.atomic
def _one_batch(rule: Rule, run: PurgeRun, *, now: datetime, batch: int) -> int:
    rows = rule.due(now).order_by("pk")
    if rule.is_locking:
        rows = rows.select_for_update(of=("self",), skip_locked=True)
    found = list(rows[:batch])
    if not found:
        return 0
    done = retention.do(rule, found, now)
    PurgeRun.objects.filter(pk=run.pk).update(rows=F("rows") + done)
    return done


@transaction.atomic
def _end(*, actor: Who, run: PurgeRun, now: datetime, is_whole: bool) -> None:
    """Close the count of a rule and write its audit row, once."""
    if PurgeRun.objects.filter(pk=run.pk, ended_at__isnull=True).update(ended_at=now, is_whole=is_whole):
        record_action(actor=actor, action="privacy.purge", capability=HALL, subject=run, now=now, changes={"rows": (run.rows, 0)})


def _finish_broken_runs(*, actor: Who, now: datetime) -> None:
    for run in PurgeRun.objects.filter(ended_at__isnull=True, began_at__lt=now - retention.LONGEST_RUN):
        _end(actor=actor, run=run, now=now, is_whole=False)
