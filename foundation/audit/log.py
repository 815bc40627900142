"""The only two ways into the logs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from foundation.audit.models import AccessEntry, AuditEntry
from foundation.database.prepared import PreparedInsert
from foundation.trace import current_trace_id

Change = tuple[object, object]


class Who(Protocol):
    """What the logs keep of an actor."""

    @property
    def kind(self) -> str:
        """Officer, resident, feed, receipt or command."""

    @property
    def reference(self) -> str:
        """The actor's public reference."""

    @property
    def name(self) -> str:
        """The actor's name, if the person concerned may read it."""

    @property
    def mandate(self) -> str:
        """The public reference of what lets them act for somebody else; empty for their own name."""


class Subject(Protocol):
    """What the logs keep of the thing acted on or looked at."""

    @property
    def kind_of_matter(self) -> str:
        """``case``, ``feed`` and so on."""

    @property
    def reference(self) -> str:
        """The thing's public reference."""

    @property
    def bureau_code(self) -> str:
        """Six digits of the bureau it belongs to."""


def record_action(*, actor: Who, action: str, subject: Subject, now: datetime, changes: Mapping[str, Change] | None = None) -> AuditEntry:
    """Write that ``actor`` did ``action``. Call it inside the operation's transaction; ``changes`` carries no personal data."""
    return AuditEntry.objects.create(
        at=now,
        actor_kind=str(actor.kind),
        actor_reference=actor.reference,
        action=action,
        subject_kind=subject.kind_of_matter,
        subject_reference=subject.reference,
        bureau_code=subject.bureau_code,
        changes={name: list(change) for name, change in (changes or {}).items()},
        mandate=actor.mandate,
        trace_id=current_trace_id(),
    )


_insert_look = PreparedInsert(
    AccessEntry,
    *(
        "at",
        "viewer_kind",
        "viewer_reference",
        "viewer_name",
        "reason",
        "mandate",
        "subject_kind",
        "subject_reference",
        "bureau_code",
        "trace_id",
    ),
)


def record_look(*, viewer: Who, subject: Subject, reason: AccessEntry.Reason, now: datetime) -> None:
    """Write that ``viewer`` looked at ``subject``. Costs one insert."""
    _insert_look(
        at=now,
        viewer_kind=str(viewer.kind),
        viewer_reference=viewer.reference,
        viewer_name=viewer.name,
        reason=str(reason),
        mandate=viewer.mandate,
        subject_kind=subject.kind_of_matter,
        subject_reference=subject.reference,
        bureau_code=subject.bureau_code,
        trace_id=current_trace_id(),
    )
