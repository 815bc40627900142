"""What an inquiry code of a case or a complaint opens.

Whoever holds a receipt may have found it: they see stages, dates and the unit, and nothing that names a person or tells what
happened. A closed case, and one told at the counter only, answers like an unknown code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.domain import statuses as cases
from cases.domain.clocks import ClockEvent, stage_deadline
from cases.domain.next_steps import next_step
from cases.domain.publication import Publication, is_open_to_inquiry
from cases.domain.timeline import ShownEntry, shown_entries
from cases.domain.wording import page_language, public_text, step_label
from cases.models import Case, Complaint, ProgressEntry
from cases.models.progress_entry import CLOCK_KINDS
from foundation import inquiries
from foundation.accounts.actors import Actor, receipt_actor
from foundation.audit.log import record_look
from foundation.audit.models import AccessEntry
from foundation.clock import city_date
from foundation.database.prepared import Prepared
from foundation.inquiries.matters import Handler, Matter, NextStep, Status, Step
from foundation.inquiries.registry import Viewer
from foundation.languages import in_language
from foundation.organisations.models import Organisation


def register() -> None:
    """Tell the one look-up how cases and complaints are resolved."""
    inquiries.register("case", resolve_case)
    inquiries.register("complaint", resolve_complaint)


# The look-up is the busiest path of the hall: it asks for what it shows and nothing else.
_CASE = Prepared(
    lambda: Case.objects.filter(reference="").values_list(
        *("pk", "reference", "bureau_code", "kind", "status", "stage_since", "publication", "is_counter_only", "reported_at"),
        *("registered_at", "source", "merged_into__reference"),
        *(f"unit__{name}" for name in ("name_en", "name_zh", "phone", "address_en", "address_zh")),
    )
)
_ENTRIES = Prepared(
    lambda: (
        ProgressEntry.objects.filter(Q(case_id=0) | Q(case_id=0))
        .order_by("sequence")
        .values_list(
            *("case_id", "sequence", "at", "recorded_at", "kind", "status", "text_en", "text_zh", "publication", "ground"),
            *("refers_to", "term_days", "is_late", "hash"),
        )
    )
)


@dataclass(frozen=True, kw_only=True)
class _PublicCase:
    """What a look-up reads of a case."""

    row: Any
    kind_of_matter: ClassVar[str] = "case"

    @property
    def reference(self) -> str:
        return str(self.row.reference)

    @property
    def bureau_code(self) -> str:
        return str(self.row.bureau_code)

    @property
    def is_open_to_inquiry(self) -> bool:
        return is_open_to_inquiry(publication=self.row.publication, is_counter_only=self.row.is_counter_only)


def _find(reference: str) -> _PublicCase | None:
    row = _CASE.row(reference)
    return _PublicCase(row=row) if row else None


def resolve_case(reference: str, *, viewer: Viewer, now: datetime) -> Matter | None:
    """Return the case as the receipt's holder may see it, and record the look. Costs three queries, four for a joined case."""
    case = _find(reference)
    if case is None or not case.is_open_to_inquiry:
        return None
    main = _find(case.row.merged_into_reference) if case.row.merged_into_reference else case
    if main is None or not main.is_open_to_inquiry:
        return None
    entries = _ENTRIES.rows(case.row.pk, main.row.pk)
    record_look(viewer=_looker(viewer), subject=case, reason=AccessEntry.Reason.RECEIPT, now=now)
    return _masked(case=case.row, main=main.row, entries=entries)


def _looker(viewer: Viewer) -> Actor:
    """Return who stands in the log of looks: the terminal, or somebody with the receipt."""
    return viewer.terminal or receipt_actor(f"{viewer.way}/{viewer.network}")


def _masked(*, case: Any, main: Any, entries: Sequence[Any]) -> Matter:
    is_told = case.publication == main.publication == Publication.OPEN
    return Matter(
        kind="case",
        reference=case.reference,
        title=_("Report of %(day)s") % {"day": date_format(city_date(case.reported_at))},
        status=Status(code=main.status, text=str(cases.Status(main.status).label)) if is_told else None,
        handled_by=Handler(
            name=in_language(zh=main.unit_name_zh, en=main.unit_name_en),
            phone=main.unit_phone,
            address=in_language(zh=main.unit_address_zh, en=main.unit_address_en),
        ),
        next_step=_next_step(main, entries) if is_told else None,
        progress=tuple(_step(shown) for shown in _steps_to_show(case, main, entries)) if is_told else (),
    )


def _steps_to_show(case: Any, main: Any, entries: Sequence[Any]) -> list[ShownEntry]:
    """Return the case's own steps and, if it was joined with another, that one's later ones: the earlier are others' matter."""
    own = [entry for entry in entries if entry.case_id == case.pk]
    steps = shown_entries(own, with_detail=False)
    if case.pk == main.pk:
        return steps
    joined_at = max((entry.recorded_at for entry in own), default=case.registered_at)
    others = [entry for entry in entries if entry.case_id == main.pk]
    later = {entry.sequence for entry in others if entry.recorded_at > joined_at}
    return steps + [step for step in shown_entries(others, with_detail=False) if step.sequence in later]


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


def _next_step(case: Any, entries: Sequence[Any]) -> NextStep:
    events = [
        ClockEvent(kind=entry.kind, at=entry.at, days=entry.term_days)
        for entry in entries
        if entry.kind in CLOCK_KINDS and entry.case_id == case.pk and entry.at >= case.stage_since
    ]
    deadline = stage_deadline(kind=case.kind, status=case.status, since=case.stage_since, events=events)
    text = str(next_step(kind=case.kind, status=case.status, source=case.source))
    if deadline is None:
        return NextStep(text=text)
    lines = tuple(str(line) for line in (*deadline.explanation, deadline.source))
    return NextStep(text=text, by=deadline.due_at if deadline.is_running else None, explanation=lines)


def resolve_complaint(reference: str, *, viewer: Viewer, now: datetime) -> Matter | None:
    """Return a complaint as the holder of its code may see it, and record the look."""
    complaint = Complaint.objects.select_related("addressed_to", "case").filter(reference=reference).first()
    if complaint is None or not complaint.case.is_open_to_inquiry:
        return None
    record_look(viewer=_looker(viewer), subject=complaint, reason=AccessEntry.Reason.RECEIPT, now=now)
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
    explanation = (_("A complaint is answered within 60 days."), _("Regulations on Letters and Visits Work (2022), article 34"))
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
