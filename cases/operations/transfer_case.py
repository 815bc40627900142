"""Hand a case to another unit, or join it with another case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.models.progress_entry import EntryKind
from cases.operations.append_entry import Words, append_entry
from cases.operations.locking import check_live, check_unchanged, lock_case
from cases.permissions import TRANSFER, check_may
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import RuleViolated
from foundation.organisations.models import Organisation


@transaction.atomic
def transfer_case(
    *, actor: Actor, reference: str, unit: Organisation, now: datetime, detail: str = "", seen_length: int | None = None
) -> Case:
    """Let another unit of the same bureau take over. The clock goes on: a transfer costs the person no time."""
    case = lock_case(reference)
    check_may(actor, TRANSFER, case)
    check_live(case)
    check_unchanged(case, seen_length)
    if unit.bureau_code != case.bureau_code:
        raise RuleViolated(_("A case stays within its bureau."), code="foreign_unit", field="unit")
    if unit.pk == case.unit_id:
        raise RuleViolated(_("The case is with this unit already."), code="same_unit", field="unit")
    before, case.unit, case.officer = case.unit, unit, None
    append_entry(case=case, kind=EntryKind.TRANSFER, actor=actor, now=now, words=transfer_words(before=before, after=unit, detail=detail))
    record_action(
        actor=actor, action="case.transfer", capability=TRANSFER, subject=case, now=now, changes={"unit": (before.code, unit.code)}
    )
    return case


def transfer_words(*, before: Organisation, after: Organisation, detail: str = "") -> Words:
    """Return what the timeline says of a case that another unit took over."""
    return Words(
        text_en=f"{after.name_en} has taken over from {before.name_en}.",
        text_zh=f"本案已由{before.name_zh}移交{after.name_zh}办理。",
        detail=detail,
    )


@transaction.atomic
def merge_case(*, actor: Actor, reference: str, into: str, now: datetime) -> Case:
    """Join a case with another of its bureau and kind; its code shows the other's progress from now on. Returns the case that goes on."""
    if reference == into:
        raise RuleViolated(_("A case cannot be joined with itself."), code="same_case", field="into")
    # Both rows are locked in one order, so that two officers joining the same pair cannot lock each other out.
    first, second = (lock_case(each) for each in sorted((reference, into)))
    case, main = (first, second) if first.reference == reference else (second, first)
    for each in (case, main):
        check_may(actor, TRANSFER, each)
        check_live(each)
    if (case.bureau_code, case.kind) != (main.bureau_code, main.kind):
        raise RuleViolated(_("Only cases of one bureau and one kind can be joined."), code="cannot_merge", field="into")
    case.merged_into = main
    append_entry(case=case, kind=EntryKind.MERGE, actor=actor, now=now)
    append_entry(case=main, kind=EntryKind.MERGE, actor=actor, now=now)
    record_action(
        actor=actor, action="case.merge", capability=TRANSFER, subject=case, now=now, changes={"merged_into": (None, main.reference)}
    )
    return main
