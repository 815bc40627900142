"""What an inquiry code of a case or a complaint opens.

Whoever holds a receipt may have found it: they see stages, dates and the unit, and nothing that names a person or tells what
happened. A closed case, and one told at the counter only, answers like an unknown code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.domain.clocks import ClockEvent, stage_deadline
from cases.domain.next_steps import next_step
from cases.domain.publication import Publication
from cases.domain.timeline import ShownEntry, shown_entries
from cases.domain.wording import page_language, public_text, step_label
from cases.models import Case, Complaint, ProgressEntry
from cases.models.progress_entry import CLOCK_KINDS
from foundation import inquiries
from foundation.accounts.actors import receipt_actor
from foundation.audit.log import record_look
from foundation.audit.models import AccessEntry
from foundation.clock import city_date
from foundation.inquiries.matters import Handler, Matter, NextStep, Status, Step
from foundation.inquiries.registry import Viewer
from foundation.organisations.models import Organisation


def register() -> None:
    """Tell the one look-up how cases and complaints are resolved."""
    inquiries.register("case", resolve_case)
    inquiries.register("complaint", resolve_complaint)


def resolve_case(reference: str, *, viewer: Viewer, now: datetime) -> Matter | None:
    """Return the case as the receipt's holder may see it, and record the look. Costs three queries, also for a joined case."""
    found = Case.objects.select_related("unit", "merged_into__unit").filter(reference=reference).first()
    if found is None or not found.is_open_to_inquiry:
        return None
    main = found.merged_into or found
    if not main.is_open_to_inquiry:
        return None
    entries = list(ProgressEntry.objects.filter(case_id__in={found.pk, main.pk}).order_by("sequence"))
    record_look(viewer=receipt_actor(f"{viewer.way}/{viewer.network}"), subject=found, reason=AccessEntry.Reason.RECEIPT, now=now)
    return _masked(case=found, main=main, entries=entries)


def _steps_to_show(case: Case, main: Case, entries: Sequence[ProgressEntry]) -> list[ShownEntry]:
    """Return the case's own steps and, if it was joined with another, that one's later ones: the earlier are others' matter."""
    own = [entry for entry in entries if entry.case_id == case.pk]
    steps = shown_entries(own, with_detail=False)
    if case.pk == main.pk:
        return steps
    joined_at = max((entry.recorded_at for entry in own), default=case.registered_at)
    others = [entry for entry in entries if entry.case_id == main.pk]
    later = {entry.sequence for entry in others if entry.recorded_at > joined_at}
    return steps + [step for step in shown_entries(others, with_detail=False) if step.sequence in later]


def _masked(*, case: Case, main: Case, entries: Sequence[ProgressEntry]) -> Matter:
    is_told = case.publication == main.publication == Publication.OPEN
    return Matter(
        kind="case",
        reference=case.reference,
        title=_("Report of %(day)s") % {"day": date_format(city_date(case.reported_at))},
        status=Status(code=main.status, text=str(main.get_status_display())) if is_told else None,
        handled_by=handler_of(main.unit),
        next_step=_next_step(main, entries) if is_told else None,
        progress=tuple(_step(shown) for shown in _steps_to_show(case, main, entries)) if is_told else (),
    )


def handler_of(unit: Organisation) -> Handler:
    """Return the unit as the public knows it."""
    return Handler(name=unit.name, phone=unit.phone, address=unit.address)


def _step(shown: ShownEntry) -> Step:
    text, language = public_text(shown)
    return Step(
        sequence=shown.sequence,
        at=shown.at,
        status=shown.status,
        label=step_label(shown),
        text=text,
        text_language=language,
        withheld_ground=shown.withheld_ground,
        ground_label=shown.ground_label,
        hash=shown.hash,
    )


def _next_step(case: Case, entries: Sequence[ProgressEntry]) -> NextStep:
    events = [
        ClockEvent(kind=entry.kind, at=entry.at, days=entry.term_days)
        for entry in entries
        if entry.kind in CLOCK_KINDS and entry.case_id == case.pk and entry.at >= case.stage_since
    ]
    deadline = stage_deadline(kind=case.kind, status=case.status, since=case.stage_since, events=events)
    text = str(next_step(kind=case.kind, status=case.status))
    if deadline is None:
        return NextStep(text=text)
    lines = tuple(str(line) for line in (*deadline.explanation, deadline.source))
    return NextStep(text=text, by=deadline.due_at if deadline.is_running else None, explanation=lines)


def resolve_complaint(reference: str, *, viewer: Viewer, now: datetime) -> Matter | None:
    """Return a complaint as the holder of its code may see it, and record the look."""
    complaint = Complaint.objects.select_related("addressed_to", "case").filter(reference=reference).first()
    if complaint is None or not complaint.case.is_open_to_inquiry:
        return None
    record_look(viewer=receipt_actor(f"{viewer.way}/{viewer.network}"), subject=complaint, reason=AccessEntry.Reason.RECEIPT, now=now)
    return Matter(
        kind="complaint",
        reference=complaint.reference,
        title=_("Complaint of %(day)s") % {"day": date_format(city_date(complaint.made_at))},
        status=Status(code=complaint.status, text=str(complaint.get_status_display())),
        handled_by=handler_of(complaint.addressed_to),
        next_step=_complaint_step(complaint),
        progress=tuple(_complaint_steps(complaint)),
    )


def _complaint_step(complaint: Complaint) -> NextStep:
    if complaint.answered_at:
        return NextStep(text=_("Sign in or ask at the counter to read the answer."))
    explanation = (_("A complaint is answered within 60 days."), "Regulations on Letters and Visits art. 34")
    return NextStep(text=_("The unit above looks into it and answers you."), by=complaint.due_at, explanation=explanation)


def _complaint_steps(complaint: Complaint) -> list[Step]:
    moments = [(complaint.made_at, Complaint.Status.RECEIVED)]
    if complaint.answered_at:
        moments.append((complaint.answered_at, Complaint.Status.ANSWERED))
    language = page_language()
    return [
        Step(sequence=n, at=at, status=status, label=str(status.label), text=str(status.label), text_language=language)
        for n, (at, status) in enumerate(moments, start=1)
    ]
