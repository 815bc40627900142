"""Publish a step or news of a case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.policies import check_detail, check_not_future
from cases.domain.workflow import WORKFLOWS
from cases.models import Case, ProgressEntry
from cases.models.progress_entry import EntryKind
from cases.operations.append_entry import NO_WORDS, Words, append_entry
from cases.operations.locking import check_live, check_unchanged, lock_case
from cases.permissions import PUBLISH, check_may
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import RuleViolated


@transaction.atomic
def publish_progress(
    *,
    actor: Actor,
    reference: str,
    now: datetime,
    action: str = "",
    words: Words = NO_WORDS,
    ground: str = "",
    at: datetime | None = None,
    seen_length: int | None = None,
) -> ProgressEntry:
    """Move the case by ``action``, an edge of its transition table, or tell news without one; return the new entry.

    ``ground`` withholds the entry's words from parties. ``seen_length`` is the length of the timeline that the officer
    looked at: if it has grown since, nothing is written and ``Conflict(code="case_changed")`` is raised.
    """
    case = lock_case(reference)
    check_may(actor, PUBLISH, case)
    check_live(case)
    check_unchanged(case, seen_length)
    check_detail(words.detail, names=party_names(case))
    if at:
        check_not_future(at, now=now, field="at")
    before = case.status
    if action:
        status = WORKFLOWS[case.kind].named(action, case.status).target
        kind = EntryKind.STATUS
    elif words == NO_WORDS:
        raise RuleViolated(_("Write the news, or choose a step."), code="nothing_to_publish", field="detail")
    else:
        status, kind = None, EntryKind.NOTE
    if case.officer_id is None and actor.user_id is not None:
        case.officer_id = actor.user_id
    entry = append_entry(case=case, kind=kind, actor=actor, now=now, at=at, status=status, words=words, ground=ground)
    record_action(
        actor=actor,
        action="case.publish",
        capability=PUBLISH,
        subject=case,
        now=now,
        changes={"status": (before, case.status), "entry": (None, entry.sequence)},
    )
    return entry


def party_names(case: Case) -> list[str]:
    """Return the names that may not stand in the case's timeline."""
    return [party.name for party in case.parties.all()]
