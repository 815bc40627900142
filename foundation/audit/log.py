"""The only two ways into the logs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from foundation.audit.masked import masked
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.audit.source import channel_of, current_source
from foundation.database.prepared import PreparedInsert
from foundation.trace import current_trace_id
from foundation.transparency.protection import refuse_unprotected

Change = tuple[object, object]

# Whose name the person concerned may read: not that of another person, and nobody holds a receipt by name.
_NAMED_KINDS = frozenset({"officer", "kiosk", "feed", "command"})
_UNNAMED_ADDRESS = frozenset({"receipt", "resident"})


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


_insert_deed = PreparedInsert(
    AuditEntry,
    *("at", "actor_kind", "actor_reference", "action", "capability", "subject_kind", "subject_reference", "bureau_code", "changes"),
    *("mandate", "channel", "address", "trace_id"),
)


def record_action(
    *, actor: Who, action: str, capability: str, subject: Subject, now: datetime, changes: Mapping[str, Change] | None = None
) -> None:
    """Write that ``actor`` did ``action`` by the right of ``capability``, the one that the operation checked. Costs one insert.

    Call it inside the operation's transaction. Where no post's capability is asked for, ``foundation.audit.rights`` names the right.
    ``changes`` maps a field to what it was before and after; what could name a person is masked here (``foundation.audit.masked``).
    Raises ``ValueError`` for a deed without a right: an operation that checks nothing is a defect.
    """
    if not capability:
        raise ValueError(f"{action} is written down without the right by which it was done")
    refuse_unprotected(actor_kind=str(actor.kind), capability=capability, action=action)
    insert_deed(actor=actor, action=action, capability=capability, subject=subject, now=now, changes=changes)


def insert_deed(*, actor: Who, action: str, capability: str, subject: Subject, now: datetime, changes: Mapping[str, Change] | None) -> None:
    """Write an audit row, of a deed or of a denial: the one place that does."""
    kept = {name: [masked(name, before), masked(name, after)] for name, (before, after) in (changes or {}).items()}
    _insert_deed(
        at=now,
        actor_kind=str(actor.kind),
        actor_reference=actor.reference,
        action=action,
        capability=capability,
        subject_kind=subject.kind_of_matter,
        subject_reference=subject.reference,
        bureau_code=subject.bureau_code,
        changes=json.dumps(kept, ensure_ascii=False),
        mandate=actor.mandate,
        channel=channel_of(actor.kind).value,
        address=current_source().address,
        trace_id=current_trace_id(),
    )


_insert_look = PreparedInsert(
    AccessEntry,
    *("at", "viewer_kind", "viewer_reference", "viewer_name", "reason", "mandate", "subject_kind", "subject_reference", "bureau_code"),
    *("channel", "address", "trace_id"),
)


def record_look(*, viewer: Who, subject: Subject, reason: AccessEntry.Reason, now: datetime) -> None:
    """Write that ``viewer`` looked at ``subject``. Costs one insert; an officer's look outside own assignments is counted too."""
    record_looks(viewer=viewer, looks=[(subject, reason)], now=now)


def record_looks(*, viewer: Who, looks: Sequence[tuple[Subject, AccessEntry.Reason]], now: datetime) -> None:
    """Write that ``viewer`` looked at several things at once, each for its reason, in the caller's transaction."""
    for subject, reason in looks:
        _write_look(viewer, subject, reason, now)
    if viewer.kind == "officer":
        from foundation.audit.watch import watch_looks

        watch_looks(viewer=viewer, subjects=[subject for subject, _reason in looks], now=now)


def _write_look(viewer: Who, subject: Subject, reason: AccessEntry.Reason, now: datetime) -> None:
    kind = str(viewer.kind)
    _insert_look(
        at=now,
        viewer_kind=kind,
        viewer_reference=viewer.reference,
        viewer_name=viewer.name if kind in _NAMED_KINDS else "",
        reason=str(reason),
        mandate=viewer.mandate,
        subject_kind=subject.kind_of_matter,
        subject_reference=subject.reference,
        bureau_code=subject.bureau_code,
        channel=channel_of(kind).value,
        address="" if kind in _UNNAMED_ADDRESS else current_source().address,
        trace_id=current_trace_id(),
    )
