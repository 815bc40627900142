"""What pages and the API ask about cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case as SqlCase
from django.db.models import Prefetch, Q, QuerySet, When
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.domain.clocks import ClockEvent, Deadline, stage_deadline
from cases.domain.next_steps import next_step
from cases.domain.publication import Publication
from cases.domain.statuses import Status
from cases.domain.timeline import ShownEntry, shown_entries
from cases.models import Case, CaseQuerySet, Complaint, Party, ProgressEntry
from cases.models.progress_entry import CLOCK_KINDS
from cases.permissions import is_represented
from foundation.accounts.actors import Actor
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.clock import city_date
from foundation.errors import Hidden, NotFound
from foundation.mandates.mandate import Mandate, matter_key
from foundation.mandates.queries import agents_under, excluded_matters, mandates_of
from foundation.mandates.scopes import Scope
from foundation.organisations.models import Organisation

MOST_DELEGATED = 50
WORKLISTS = {
    "new": _("New"),
    "due": _("Due within three days"),
    "overdue": _("Overdue"),
    "waiting": _("Waiting for a reply"),
    "no-code": _("Code not handed over"),
    "all": _("All cases"),
}

# The order of each list, worst first; the last field makes it total.
ORDER = {
    "new": ("-registered_at", "-id"),
    "due": ("due_at", "id"),
    "overdue": ("due_at", "id"),
    "waiting": ("waiting_since", "id"),
    "no-code": ("reported_at", "id"),
    "all": ("-registered_at", "-id"),
}


def worklist(*, actor: Actor, unit: Organisation, name: str, now: datetime) -> CaseQuerySet:
    """Return one worklist of one unit; raise ``Hidden`` if the actor may not read there, ``NotFound`` if there is no such list."""
    if not actor.can("case.read", unit):
        raise Hidden(capability="case.read")
    if name not in WORKLISTS:
        raise NotFound
    cases = Case.objects.of_unit(unit)
    chosen = {
        "new": cases.new,
        "due": lambda: cases.due_soon(now),
        "overdue": lambda: cases.overdue(now),
        "waiting": cases.waiting_for_reply,
        "no-code": lambda: cases.without_code(now),
        "all": cases.all,
    }[name]()
    return chosen.select_related("unit", "category", "officer")


def worklist_sizes(*, unit: Organisation, now: datetime, at_most: int = 1000) -> dict[str, int]:
    """Return how much waits in each list of a unit, counting no further than ``at_most`` so that a long list costs no more."""
    cases = Case.objects.of_unit(unit)
    lists = {
        "new": cases.new(),
        "due": cases.due_soon(now),
        "overdue": cases.overdue(now),
        "waiting": cases.waiting_for_reply(),
        "no-code": cases.without_code(now),
    }
    return {name: chosen.order_by()[:at_most].count() for name, chosen in lists.items()}


def case_for_reading(*, actor: Actor, reference: str) -> Case:
    """Return a case that the actor may read, with what its page needs; raise ``NotFound``, or ``Hidden`` if there is one all the same."""
    cases = Case.objects.select_related("unit__parent", "category", "officer", "merged_into")
    case = cases.visible_to(actor).filter(reference=reference).first()
    if case is None:
        is_there = Case.objects.filter(reference=reference).exists()
        raise (Hidden if is_there else NotFound)(_("There is no case with this number that you may see."), code="case_not_found")
    return case


def timeline(case: Case) -> list[ProgressEntry]:
    """Return the entries of a case in order, to be read and not changed."""
    return list(ProgressEntry.objects.filter(case_id=case.pk).order_by("sequence"))


def deadline_of(case: Case, entries: Iterable[ProgressEntry]) -> Deadline | None:
    """Return the legal deadline of the case's stage with how it was computed, from entries that were read already."""
    events = [
        ClockEvent(kind=entry.kind, at=entry.at, days=entry.term_days)
        for entry in entries
        if entry.kind in CLOCK_KINDS and entry.at >= case.stage_since
    ]
    return stage_deadline(kind=case.kind, status=case.status, since=case.stage_since, events=events)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What the people concerned see of a case at this moment, oldest step first.

    ``publication`` is ``open``; ``unit_only``, when all but the unit is empty; or ``closed``, when everything is.
    """

    publication: str
    status: str = ""
    next_step: str = ""
    deadline: Deadline | None = None
    steps: tuple[ShownEntry, ...] = ()

    @property
    def status_label(self) -> str:
        """The stage in the language of the page."""
        return str(Status(self.status).label) if self.status else ""


def sight_of(case: Case, *, with_detail: bool) -> Sight:
    """Return the case as the holder of the receipt sees it, or ``with_detail`` as a verified party does.

    A case that was joined with another shows that one's stage and its later steps, without details: they are others' matter.
    """
    main = case.merged_into or case
    if not (case.is_open_to_inquiry and main.is_open_to_inquiry):
        return Sight(publication=Publication.CLOSED)
    if Publication.UNIT_ONLY in {case.publication, main.publication}:
        return Sight(publication=Publication.UNIT_ONLY)
    own = timeline(case)
    others = timeline(main) if main is not case else []
    return Sight(
        publication=Publication.OPEN,
        status=main.status,
        next_step=str(next_step(kind=main.kind, status=main.status, source=main.source)),
        deadline=deadline_of(main, others or own),
        steps=(*shown_entries(own, with_detail=with_detail), *_after_joining(case, own, others)),
    )


def _after_joining(case: Case, own: list[ProgressEntry], others: list[ProgressEntry]) -> list[ShownEntry]:
    joined_at = max((entry.recorded_at for entry in own), default=case.registered_at)
    later = {entry.sequence for entry in others if entry.recorded_at > joined_at}
    return [replace(step, is_of_joined=True) for step in shown_entries(others, with_detail=False) if step.sequence in later]


def entry_of(case: Case, sequence: int) -> ProgressEntry:
    """Return one entry of a case's timeline; raise ``NotFound``."""
    entry = ProgressEntry.objects.filter(case_id=case.pk, sequence=sequence).first()
    if entry is None:
        raise NotFound(_("There is no such step in this case."), code="entry_not_found")
    return entry


def own_cases(actor: Actor) -> CaseQuerySet:
    """Return the cases that a signed-in resident may follow, newest first; none for who is no resident."""
    if actor.id_number_index is None:
        return Case.objects.none()
    found = Case.objects.visible_to(actor).open_to_inquiry()
    return found.select_related("unit", "merged_into").order_by("-registered_at", "-id")


@dataclass(frozen=True, kw_only=True)
class Followed:
    """The cases that somebody may follow in the name of one other, newest first."""

    mandate: Mandate
    cases: tuple[Case, ...]


def cases_for_others(actor: Actor, *, now: datetime, at_most: int) -> list[Followed]:
    """Return for whom a resident may follow cases, each with at most so many of them, also where there is none yet.

    A fixed number of queries. A case is listed once, under the first who lets the actor see it, and not at all if it is their own too,
    if it is dark, or if they are kept from it.
    """
    mandates = [each for each in mandates_of(actor, now=now) if Scope.FOLLOW_CASES in each.scopes]
    if not mandates:
        return []
    hidden = excluded_matters(actor)
    own = Case.objects.visible_to(actor).order_by()
    found = Case.objects.of_mandates(mandates).open_to_inquiry().exclude(pk__in=own.values("pk")).order_by("-registered_at", "-id")
    live = Party.objects.filter(removed_at__isnull=True)
    listed = found.select_related("unit", "merged_into").prefetch_related(Prefetch("parties", live, to_attr="live_parties"))
    cases: list[Any] = [case for case in listed[: at_most * len(mandates)] if _key(case) not in hidden]
    grouped: dict[str, list[Case]] = {mandate.reference: [] for mandate in mandates}
    for case in cases:
        lets = next((each for each in mandates if _is_followed(each, case)), None)
        if lets is not None and len(grouped[lets.reference]) < at_most:
            grouped[lets.reference].append(case)
    return [Followed(mandate=mandate, cases=tuple(grouped[mandate.reference])) for mandate in mandates]


def _key(case: Case) -> str:
    return matter_key(kind=case.kind_of_matter, reference=case.reference)


def _is_followed(mandate: Mandate, case: Any) -> bool:
    is_covered = mandate.covers(kind=case.kind_of_matter, reference=case.reference)
    return is_covered and any(is_represented(mandate, party) for party in case.live_parties)


def agents_for(party: Party, mandates: Iterable[str]) -> dict[str, str]:
    """Return the names of those who act for this party under some of these mandates; of other parties' agents nothing is told."""
    return agents_under(mandates, id_number_index=party.id_number_index, credit_code=party.credit_code)


def own_matters(actor: Actor, now: datetime) -> list[tuple[str, str]]:
    """Return the cases that a resident may ask somebody else to look after, by reference with a title that tells nothing more."""
    return [
        (
            case.reference,
            _("Report of %(day)s, %(reference)s") % {"day": date_format(city_date(case.reported_at)), "reference": case.reference},
        )
        for case in own_cases(actor)[:MOST_DELEGATED]
    ]


def looks_at(subject: Case) -> QuerySet[AccessEntry]:
    """Return who looked at a case, the latest first."""
    return AccessEntry.objects.filter(subject_kind="case", subject_reference=subject.reference).order_by("-at", "-pk")


def deeds_in(case: Case) -> QuerySet[AuditEntry]:
    """Return what was done to a case and to the things taken in it, the latest first."""
    done_to_it = Q(subject_kind="case", subject_reference=case.reference)
    done_to_things = Q(subject_kind="property", subject_reference__in=case.property_items.values("reference"))
    return AuditEntry.objects.filter(done_to_it | done_to_things).order_by("-at", "-pk")


def complaints_for(actor: Actor) -> QuerySet[Complaint]:
    """Return the complaints that the actor may answer, the most urgent first, answered ones last."""
    held = Organisation.objects.filter(path__in=actor.paths_for("case.complaint"))
    units = Organisation.objects.within(*held)
    is_answered = SqlCase(When(answered_at__isnull=True, then=0), default=1)
    found = Complaint.objects.filter(addressed_to__in=units).select_related("case", "about", "addressed_to")
    return found.annotate(is_answered=is_answered).order_by("is_answered", "due_at", "pk")


def waits_for_first_code(reference: str) -> bool:
    """Whether no code was handed over for this case yet. Says nothing about who may know of it."""
    return Case.objects.filter(reference=reference, code_issued_at__isnull=True).exists()
