"""What pages list of papers."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from foundation.accounts.actors import Actor
from foundation.audit.log import Subject
from foundation.documents.models import Document, Revocation
from foundation.documents.permissions import REVOKE
from foundation.errors import Hidden
from foundation.organisations.models import path_range


def papers_on(subject: Subject, *, kinds: tuple[str, ...]) -> QuerySet[Document]:
    """Return the papers of some kinds on a matter that still hold, the newest first: none that was taken back, replaced or forgotten."""
    return (
        Document.objects.filter(subject_kind=subject.kind_of_matter, subject_reference=subject.reference, kind__in=kinds)
        .exclude(state=Document.State.FORGOTTEN)
        .filter(superseded_by__isnull=True)
        .exclude(revocation__confirmed_at__isnull=False)
        .order_by("-created_at")
    )


def newest_on(subject: Subject, *, kind: str) -> Document | None:
    """Return the paper of a kind on a matter whose place no other took, locked until the transaction ends."""
    found = Document.objects.select_for_update(of=("self",)).filter(
        subject_kind=subject.kind_of_matter, subject_reference=subject.reference, kind=kind, superseded_by__isnull=True
    )
    return found.order_by("-created_at").first()


def proposals_for(actor: Actor) -> QuerySet[Revocation]:
    """Return the proposals to take a paper back that wait at the actor's units, the oldest first."""
    condition = Q(pk__in=())
    for path in actor.paths_for(REVOKE):
        condition |= path_range(path, field="document__office__path")
    found = Revocation.objects.filter(condition, confirmed_at__isnull=True).select_related("document__office", "proposed_by")
    return found.order_by("proposed_at", "pk")


def paper_for_revoking(*, actor: Actor, number: str) -> Document:
    """Return a paper of the actor's units by its number; raise ``Hidden``. It shows no more than anybody's check of the paper."""
    found = Document.objects.select_related("office", "revocation__proposed_by", "revocation__confirmed_by", "superseded_by")
    document = found.filter(number=number.strip().upper()).first()
    if document is None or not actor.can(REVOKE, document.office):
        raise Hidden(capability=REVOKE)
    return document
