"""What pages list of papers."""

from __future__ import annotations

from django.db.models import QuerySet

from foundation.audit.log import Subject
from foundation.documents.models import Document


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
