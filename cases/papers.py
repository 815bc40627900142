"""What papers say of a case."""

from __future__ import annotations

import base64

from django.conf import settings
from django.utils.translation import gettext as _

from cases.domain.clocks import stage_deadline
from cases.domain.next_steps import next_step
from cases.domain.publication import Publication
from cases.domain.timeline import shown_entries
from cases.domain.wording import step_label
from cases.models import Case, ProgressEntry
from foundation.clock import city_date
from foundation.documents.kinds.log_proof import LogProof
from foundation.documents.kinds.parts import office_of, told
from foundation.documents.kinds.receipt import Receipt
from foundation.documents.sheets import Words
from foundation.inquiries.operations.issue_code import IssuedCode
from foundation.inquiries.qr import inquiry_address
from foundation.transparency.checkpoints import Checkpoint
from foundation.transparency.notes import Note
from foundation.transparency.proofs import Proof


def receipt_of(case: Case, code: IssuedCode) -> Receipt:
    """Return what the receipt of a case says, with the code that it hands over."""
    first = case.entries.order_by("sequence")[0]
    return Receipt(
        office=office_of(case.unit),
        reference=case.reference,
        reported_at=case.reported_at,
        next_step=next_step(kind=case.kind, status=case.status, source=case.source),
        deadline=_deadline(case),
        code=code.typed,
        code_address=inquiry_address(code.token),
        look_up_address=f"{settings.HALL_HOST}/q",
        record_address=f"{settings.HALL_HOST}/log/proofs/{bytes(first.hash).hex()}",
    )


def _deadline(case: Case) -> Words | None:
    deadline = stage_deadline(kind=case.kind, status=case.status, since=case.stage_since)
    if deadline is None or case.publication != Publication.OPEN:
        return None
    return told(lambda: _("%(name)s: by %(day)s") % {"name": deadline.name, "day": city_date(deadline.due_at).isoformat()})


def log_proof_of(case: Case, entry: ProgressEntry, proof: Proof) -> LogProof:
    """Return what the proof of a step of the timeline says on paper."""
    checkpoint = Checkpoint.parse(Note.parse(proof.checkpoint).text)
    return LogProof(
        office=office_of(case.unit),
        reference=case.reference,
        step=told(lambda: step_label(shown_entries([entry], with_detail=False)[0])),
        recorded_at=entry.recorded_at,
        commitment=bytes(entry.hash).hex(),
        index=proof.index,
        size=checkpoint.size,
        root=base64.b64encode(checkpoint.root).decode(),
        log_name=checkpoint.origin,
        log_address=f"{settings.HALL_HOST}/log/",
        text=proof.text,
    )
