"""Correct, withhold or release an earlier entry, by a new one that says so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.domain.policies import check_detail
from cases.models import Case, ProgressEntry
from cases.models.progress_entry import EntryKind
from cases.operations.append_entry import Words, append_entry
from cases.operations.locking import check_live, check_unchanged, lock_case
from cases.operations.publish_progress import party_names
from cases.permissions import PUBLISH, WITHHOLD, check_may
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import NotFound, RuleViolated


@transaction.atomic
def correct_entry(
    *, actor: Actor, reference: str, sequence: int, words: Words, now: datetime, seen_length: int | None = None
) -> ProgressEntry:
    """Put right what an entry said. The earlier words stay in the record; parties see the correction beside them."""
    case = _earlier(actor=actor, capability=PUBLISH, reference=reference, sequence=sequence, seen_length=seen_length)
    check_detail(words.detail, names=party_names(case))
    if words == Words():
        raise RuleViolated(_("Write what is right."), code="nothing_to_publish", field="detail")
    entry = append_entry(case=case, kind=EntryKind.CORRECTION, actor=actor, now=now, words=words, refers_to=sequence)
    record_action(
        actor=actor, action="case.correct", capability=PUBLISH, subject=case, now=now, changes={"entry": (sequence, entry.sequence)}
    )
    return entry


@transaction.atomic
def withhold_entry(
    *, actor: Actor, reference: str, sequence: int, ground: str, now: datetime, seen_length: int | None = None
) -> ProgressEntry:
    """Take an entry's words out of the parties' sight on a ground of the closed list; what was wrongly opened goes at once (art. 26)."""
    case = _earlier(actor=actor, capability=WITHHOLD, reference=reference, sequence=sequence, seen_length=seen_length)
    if not ground:
        raise RuleViolated(_("Withholding needs a ground."), code="ground_missing", field="ground")
    entry = append_entry(case=case, kind=EntryKind.WITHHELD, actor=actor, now=now, ground=ground, refers_to=sequence)
    record_action(
        actor=actor, action="case.withhold_entry", capability=WITHHOLD, subject=case, now=now, changes={"entry": (sequence, ground)}
    )
    return entry


@transaction.atomic
def release_entry(*, actor: Actor, reference: str, sequence: int, now: datetime, seen_length: int | None = None) -> ProgressEntry:
    """Let parties see an entry that was withheld."""
    case = _earlier(actor=actor, capability=WITHHOLD, reference=reference, sequence=sequence, seen_length=seen_length)
    entry = append_entry(case=case, kind=EntryKind.RELEASED, actor=actor, now=now, refers_to=sequence)
    record_action(
        actor=actor, action="case.release_entry", capability=WITHHOLD, subject=case, now=now, changes={"entry": (sequence, "open")}
    )
    return entry


def _earlier(*, actor: Actor, capability: str, reference: str, sequence: int, seen_length: int | None) -> Case:
    """Lock the case and make sure that the entry is there and carries words of its own."""
    case = lock_case(reference)
    check_may(actor, capability, case)
    check_live(case)
    check_unchanged(case, seen_length)
    own_words = (EntryKind.STATUS, EntryKind.NOTE, EntryKind.CORRECTION)
    if not case.entries.filter(sequence=sequence, kind__in=own_words).exists():
        raise NotFound(_("There is no such step in this case."), code="entry_not_found")
    return case
