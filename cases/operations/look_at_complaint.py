"""Open a complaint to read and answer it. The look is written down like one at a case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cases.models import Complaint
from cases.permissions import check_may_answer
from foundation.accounts.actors import Actor
from foundation.audit.log import record_look
from foundation.audit.models import AccessEntry
from foundation.errors import NotFound


@transaction.atomic
def look_at_complaint(*, actor: Actor, reference: str, now: datetime) -> Complaint:
    """Return a complaint with its case and units, for who may answer it; raise ``NotFound`` for everybody else."""
    complaint = Complaint.objects.select_related("case", "party", "about", "addressed_to").filter(reference=reference).first()
    if complaint is None:
        raise NotFound
    check_may_answer(actor, complaint)
    record_look(viewer=actor, subject=complaint, reason=AccessEntry.Reason.SUPERVISION, now=now)
    return complaint
