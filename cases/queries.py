"""What pages and the API ask about cases."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case as SqlCase
from django.db.models import Count, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseQuerySet, Complaint, ProgressEntry
from foundation.accounts.actors import Actor
from foundation.errors import NotFound
from foundation.organisations.models import Organisation

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


def units_for(actor: Actor, capability: str = "case.read") -> QuerySet[Organisation]:
    """Return the units at which the actor holds a capability, from the top of the tree down."""
    held = Organisation.objects.filter(path__in=actor.paths_for(capability))
    return Organisation.objects.active().within(*held).order_by("path")


def worklist(*, actor: Actor, unit: Organisation, name: str, now: datetime) -> CaseQuerySet:
    """Return one worklist of one unit; raise ``NotFound`` if the actor may not read there or there is no such list."""
    if not actor.can("case.read", unit) or name not in WORKLISTS:
        raise NotFound()
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
    """Return a case that the actor may read, with what its page needs; raise ``NotFound``."""
    cases = Case.objects.select_related("unit__parent", "category", "officer", "merged_into")
    case = cases.visible_to(actor).filter(reference=reference).first()
    if case is None:
        raise NotFound(_("There is no case with this number that you may see."), code="case_not_found")
    return case


def timeline(case: Case) -> list[ProgressEntry]:
    """Return the entries of a case in order, to be read and not changed."""
    return list(ProgressEntry.objects.filter(case_id=case.pk).order_by("sequence"))


def complaints_for(actor: Actor) -> QuerySet[Complaint]:
    """Return the complaints that the actor may answer, the most urgent first, answered ones last."""
    held = Organisation.objects.filter(path__in=actor.paths_for("case.complaint"))
    units = Organisation.objects.within(*held)
    is_answered = SqlCase(When(answered_at__isnull=True, then=0), default=1)
    found = Complaint.objects.filter(addressed_to__in=units).select_related("case", "about", "addressed_to")
    return found.annotate(is_answered=is_answered).order_by("is_answered", "due_at", "pk")


def openness(cases: CaseQuerySet) -> tuple[int, int]:
    """Return how many of some cases are open to inquiry, and how many there are."""
    counted = cases.aggregate(every=Count("pk"), closed=Count("pk", filter=Q(publication="closed") | Q(is_counter_only=True)))
    return counted["every"] - counted["closed"], counted["every"]
