"""What of their cases a person gets in the copy of their data: what the case's page would show them, and of other people nothing."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cases.domain.publication import Ground, Publication
from cases.domain.timeline import shown_entries
from cases.masked_parts import letters_to, parts_of
from cases.models import Case, Complaint, Message, Party, PropertyItem, PropertyPhoto
from cases.queries import timeline
from foundation.privacy.copies import Copied, Matters, register, register_matters
from foundation.privacy.holders import Holder

_AT_THE_UNIT = _("Told by the unit: ask it and bring your identity card.")
_SHOWN_ALWAYS = frozenset({"reference", "unit", "reported_at", "registered_at", "code_issued_at"})


def register_copies() -> None:
    """Tell the foundation."""
    register("cases.Case", _cases)
    register("cases.Party", _parts)
    register("cases.ProgressEntry", _steps)
    register("cases.Message", _messages)
    register("cases.Complaint", _complaints)
    register("cases.PropertyItem", _things)
    register("cases.PropertyPhoto", _photos)
    register_matters(_matters)


def _matters(holder: Holder) -> Matters:
    """Every case that the person is or was entered in: what is told remotely, and what is dark and must not even be named."""
    cases = Case.objects.filter(parties__id_number_index=holder.id_number).select_related("merged_into").distinct()
    is_open = {case: case.is_open_to_inquiry and (case.merged_into or case).is_open_to_inquiry for case in cases}
    own = {case.pk for case in open_cases(holder)}
    complaints = Complaint.objects.filter(party__id_number_index=holder.id_number).select_related("case")
    dark = {case.reference for case in cases if not is_open[case]}
    return Matters(
        open=frozenset(case.reference for case in cases if case.pk in own),
        dark=frozenset(dark | {each.reference for each in complaints if each.case.reference in dark}),
    )


def open_cases(holder: Holder) -> list[Case]:
    """Return the cases that the person follows and may read of remotely."""
    found = Case.objects.open_to_inquiry().filter(parties__id_number_index=holder.id_number, parties__removed_at__isnull=True)
    cases = found.select_related("unit", "merged_into").distinct().order_by("pk")
    return [case for case in cases if (case.merged_into or case).is_open_to_inquiry]


def told_cases(holder: Holder) -> list[Case]:
    """Return those of them of which more than the unit is told."""
    return [case for case in open_cases(holder) if Publication.UNIT_ONLY not in {case.publication, (case.merged_into or case).publication}]


def _cases(holder: Holder) -> Iterator[Copied]:
    told = {case.pk for case in told_cases(holder)}
    for case in open_cases(holder):
        names = (
            {} if case.pk in told else {field.name: _AT_THE_UNIT for field in Case._meta.local_fields if field.name not in _SHOWN_ALWAYS}
        )
        yield Copied(row=case, withheld=names)


def _parts(holder: Holder) -> Iterator[Copied]:
    """Yield the person's own entries, of cases too that they no longer follow; none of a case that is dark."""
    dark = _matters(holder).dark
    parts = Party.objects.filter(id_number_index=holder.id_number).exclude(case__reference__in=dark)
    for party in parts.select_related("case").order_by("added_at", "pk"):
        yield Copied(row=party)


def _steps(holder: Holder) -> Iterator[Copied]:
    for case in told_cases(holder):
        entries = timeline(case)
        shown = {step.sequence: step for step in shown_entries(entries, with_detail=True)}
        for entry in entries:
            if step := shown.get(entry.sequence):
                entry.case = case
                ground = step.withheld_ground and Ground(step.withheld_ground).label
                withheld = dict.fromkeys(("text_en", "text_zh", "detail"), ground) if ground else {}
                yield Copied(row=entry, withheld=withheld)


def _messages(holder: Holder) -> Iterator[Copied]:
    for case in open_cases(holder):
        shown = {letter.id for letter in letters_to(case, parts_of(case, id_number_index=holder.id_number))}
        for message in Message.objects.filter(case=case, pk__in=shown).select_related("case").order_by("sent_at", "pk"):
            yield Copied(row=message)


def _complaints(holder: Holder) -> Iterator[Copied]:
    dark = _matters(holder).dark
    found = Complaint.objects.filter(party__id_number_index=holder.id_number).exclude(case__reference__in=dark)
    for complaint in found.select_related("case", "about", "addressed_to").order_by("made_at", "pk"):
        yield Copied(row=complaint)


def _things(holder: Holder) -> Iterator[Copied]:
    for item in PropertyItem.objects.filter(case__in=told_cases(holder)).select_related("case").order_by("taken_at", "pk"):
        yield Copied(row=item)


def _photos(holder: Holder) -> Iterator[Copied]:
    for photo in PropertyPhoto.objects.filter(item__case__in=told_cases(holder)).select_related("item").order_by("added_at", "pk"):
        yield Copied(row=photo)
