"""Complain about how a case is handled, to the unit above the one that handles it; and answer such a complaint."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Complaint
from cases.operations.locking import lock_case
from cases.operations.send_message import clean_text
from cases.permissions import COMPLAINT, check_may_answer, standing_of
from foundation import workdays
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import Conflict, NotFound, RuleViolated
from foundation.inquiries.operations.issue_code import IssuedCode, issue_code
from foundation.mandates.scopes import Scope
from foundation.outbox.events import publish

# Regulations on Letters and Visits art. 34: 60 days.
ANSWER_WITHIN = timedelta(days=60)
COMPLAINED = "complaint.made"
ANSWERED = "complaint.answered"


@transaction.atomic
def make_complaint(*, actor: Actor, reference: str, text: str, now: datetime, under: str = "") -> tuple[Complaint, IssuedCode]:
    """Send a party's complaint upwards; return it with the code by which it can be followed. ``under`` names a mandate."""
    case = lock_case(reference)
    standing = standing_of(actor, case, now=now, scope=Scope.ACT_IN_CASES, under=under)
    above = case.unit.parent
    if above is None:
        raise RuleViolated(_("There is no unit above. Write to the bureau's inspectors: 12389."), code="no_unit_above")
    text = clean_text(text, field="text")
    try:
        with transaction.atomic():
            complaint = Complaint.objects.create(
                bureau_code=case.bureau_code,
                case=case,
                party=standing.party,
                about=case.unit,
                addressed_to=above,
                text=text,
                made_at=now,
                due_at=workdays.end_of_day(workdays.day_of(now) + ANSWER_WITHIN),
            )
    except IntegrityError as error:
        raise Conflict(_("A complaint of yours about this case is still being looked into."), code="complaint_pending") from error
    code = issue_code(kind="complaint", subject_reference=complaint.reference, bureau_code=case.bureau_code, actor=actor.label, now=now)
    record_action(actor=standing.actor, action="complaint.make", capability=standing.right, subject=complaint, now=now)
    publish(COMPLAINED, now=now, reference=complaint.reference)
    return complaint, code


@transaction.atomic
def answer_complaint(*, actor: Actor, reference: str, text: str, now: datetime) -> Complaint:
    """Answer a complaint. Only the unit it is addressed to can, and never the one complained of."""
    complaint = _lock(reference)
    check_may_answer(actor, complaint)
    if complaint.answered_at is not None:
        raise Conflict(_("This complaint is answered already."), code="complaint_answered")
    complaint.answer = clean_text(text, field="text")
    complaint.status = Complaint.Status.ANSWERED
    complaint.answered_at, complaint.answered_by = now, actor.label
    complaint.save()
    record_action(
        actor=actor,
        action="complaint.answer",
        capability=COMPLAINT,
        subject=complaint,
        now=now,
        changes={"status": ("received", "answered")},
    )
    publish(ANSWERED, now=now, reference=complaint.reference)
    return complaint


def _lock(reference: str) -> Complaint:
    found = Complaint.objects.select_for_update(of=("self",)).select_related("addressed_to", "case")
    try:
        return found.get(reference=reference)
    except Complaint.DoesNotExist:
        raise NotFound from None
