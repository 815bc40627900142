"""Extend a legal term, or stop and restart its clock."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.clocks import Term, term_of
from cases.models import Case, ProgressEntry
from cases.models.progress_entry import EntryKind
from cases.operations.append_entry import Words, append_entry
from cases.operations.locking import check_live, lock_case
from cases.permissions import EXTEND, PUBLISH, check_may
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import RuleViolated


@transaction.atomic
def extend_term(*, actor: Actor, reference: str, days: int, reason: str, now: datetime) -> ProgressEntry:
    """Lengthen the stage's term to ``days`` in all, where the law has that step, before it is over."""
    case = lock_case(reference)
    check_may(actor, EXTEND, case)
    check_live(case)
    term = _running_term(case)
    reached = _extended_to(case) or term.days
    if days not in term.extendable_to or days <= reached:
        raise RuleViolated(_("The law does not provide for this extension."), code="extension_not_possible", field="days")
    if case.due_at is not None and case.due_at < now:
        raise RuleViolated(_("The term is over; it can no longer be extended."), code="term_over", field="days")
    if not reason.strip():
        raise RuleViolated(_("Give the reason for the extension."), code="reason_missing", field="reason")
    entry = append_entry(case=case, kind=EntryKind.EXTENSION, actor=actor, now=now, term_days=days, words=Words(detail=reason.strip()))
    record_action(actor=actor, action="case.extend", capability=EXTEND, subject=case, now=now, changes={"term_days": (reached, days)})
    return entry


@transaction.atomic
def stop_clock(*, actor: Actor, reference: str, now: datetime) -> ProgressEntry:
    """Stop the clock for an expert examination (PSB Administrative Procedure Provisions art. 165)."""
    case = lock_case(reference)
    check_may(actor, PUBLISH, case)
    check_live(case)
    _running_term(case)
    if _is_stopped(case):
        raise RuleViolated(_("The clock stands still already."), code="clock_stopped")
    return _clock_entry(case=case, kind=EntryKind.SUSPENSION, actor=actor, now=now)


@transaction.atomic
def resume_clock(*, actor: Actor, reference: str, now: datetime) -> ProgressEntry:
    """Let the clock run again."""
    case = lock_case(reference)
    check_may(actor, PUBLISH, case)
    check_live(case)
    if not _is_stopped(case):
        raise RuleViolated(_("The clock is running."), code="clock_running")
    return _clock_entry(case=case, kind=EntryKind.RESUMPTION, actor=actor, now=now)


def _clock_entry(*, case: Case, kind: EntryKind, actor: Actor, now: datetime) -> ProgressEntry:
    entry = append_entry(case=case, kind=kind, actor=actor, now=now)
    record_action(actor=actor, action=f"case.{kind}", capability=PUBLISH, subject=case, now=now)
    return entry


def _running_term(case: Case) -> Term:
    term = term_of(kind=case.kind, status=case.status)
    if term is None:
        raise RuleViolated(_("The law sets no term for this stage."), code="no_term", field="days")
    return term


def _in_stage(case: Case, *kinds: EntryKind) -> ProgressEntry | None:
    return case.entries.filter(kind__in=kinds, at__gte=case.stage_since).order_by("-sequence").first()


def _extended_to(case: Case) -> int | None:
    entry = _in_stage(case, EntryKind.EXTENSION)
    return entry.term_days if entry else None


def _is_stopped(case: Case) -> bool:
    entry = _in_stage(case, EntryKind.SUSPENSION, EntryKind.RESUMPTION)
    return entry is not None and entry.kind == EntryKind.SUSPENSION
