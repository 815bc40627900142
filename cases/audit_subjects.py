"""What the logs are told about cases and what hangs on them: whose they are, and whom an officer gets to know of by looking."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Complaint, Party, PropertyItem
from cases.permissions import COMPLAINT, handles
from cases.queries import own_cases
from foundation.accounts.actors import Actor
from foundation.audit import subjects
from foundation.audit.log import Subject, Who
from foundation.audit.subjects import BureauOf, SubjectKind


def register() -> None:
    """Tell the logs."""
    for kind in KINDS:
        subjects.register(kind)


def own_complaints(actor: Actor) -> QuerySet[Any, str]:
    """Return the complaints that a resident made, in cases that are not dark to remote ways."""
    if actor.id_number_index is None:
        return Complaint.objects.none().values_list("reference", flat=True)
    made = Complaint.objects.filter(party__id_number_index=actor.id_number_index, party__removed_at__isnull=True)
    return made.filter(case__in=own_cases(actor).order_by().values("pk")).values_list("reference", flat=True)


def bureau_of(model: type[Case] | type[Complaint] | type[PropertyItem]) -> BureauOf:
    """Return how the bureau of a thing is found by its reference."""
    return lambda reference: model._default_manager.filter(reference=reference).values_list("bureau_code", flat=True).first()


def persons_of_cases(viewer: Who, cases: Sequence[Subject]) -> Collection[bytes]:
    """Return a key for each party of the cases that are not the viewer's own assignment, and one for each such case without any.

    A case is an officer's own if it is in their hands, or handled by a unit at which a post of theirs lets them act, and not only
    read. One query, and none if all of them are.
    """
    outside = {each.pk: each for each in cases if isinstance(each, Case) and not _is_own(viewer, each)}
    if not outside:
        return ()
    known = Party.objects.filter(case_id__in=outside, removed_at__isnull=True, id_number_index__isnull=False)
    keys: set[bytes] = set()
    nameless = set(outside)
    for case_id, index in known.values_list("case_id", "id_number_index"):
        keys.add(bytes(index or b""))
        nameless.discard(case_id)
    return keys | {outside[pk].reference.encode() for pk in nameless}


def persons_of_complaints(viewer: Who, complaints: Sequence[Subject]) -> Collection[bytes]:
    """Return a key for each person who complained, but to the viewer's own unit: to answer them is the viewer's assignment."""
    found = [each for each in complaints if isinstance(each, Complaint) and not _is_answered_by(viewer, each)]
    return {bytes(each.party.id_number_index or each.reference.encode()) for each in found}


def _is_own(viewer: Who, case: Case) -> bool:
    if not isinstance(viewer, Actor):
        return False
    return (viewer.user_id is not None and case.officer_id == viewer.user_id) or handles(viewer, case.unit)


def _is_answered_by(viewer: Who, complaint: Complaint) -> bool:
    return isinstance(viewer, Actor) and any(held == COMPLAINT and path == complaint.addressed_to.path for held, path in viewer.scopes)


KINDS = (
    SubjectKind(
        kind="case",
        title=_("Case"),
        prefix="C",
        bureau_of=bureau_of(Case),
        own=lambda actor: own_cases(actor).order_by().values_list("reference", flat=True),
        outside_persons=persons_of_cases,
        own_page="my:case",
    ),
    SubjectKind(
        kind="complaint",
        title=_("Complaint"),
        prefix="P",
        bureau_of=bureau_of(Complaint),
        own=own_complaints,
        outside_persons=persons_of_complaints,
    ),
    SubjectKind(kind="property", title=_("Thing taken in a case"), prefix="T", bureau_of=bureau_of(PropertyItem)),
    SubjectKind(kind="category", title=_("Category of cases")),
)
