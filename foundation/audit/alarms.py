"""Alarms: what kinds there are, and how one is raised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.audit.alarm_models import new_alarm_reference
from foundation.audit.log import Subject, Who
from foundation.audit.masked import masked
from foundation.outbox.events import publish
from foundation.trace import current_trace_id

RAISED = "audit.alarm_raised"
WINDOW = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class AlarmKind:
    """A kind of alarm in the words of whoever has to act: what happened, and what to do. ``evidence`` labels the figures kept with it."""

    code: str
    title: str | Promise
    meaning: str | Promise
    advice: str | Promise
    evidence: Mapping[str, str | Promise]


_kinds: dict[str, AlarmKind] = {}

# Of two that meet, the second finds the first one's row and only counts itself: one alarm a window, whoever raises it.
_RAISE = """
    INSERT INTO audit_alarm AS alarm (id, reference, kind, subject_kind, subject_reference, subject_name, path, bureau_code,
                                      window_began_at, raised_at, last_at, times, evidence, trace_id, acknowledged_by,
                                      acknowledged_name, note)
    VALUES (%(id)s, %(reference)s, %(kind)s, %(subject_kind)s, %(subject_reference)s, %(subject_name)s, %(path)s, %(bureau_code)s,
            %(window)s, %(now)s, %(now)s, 1, %(evidence)s, %(trace_id)s, '', '', '')
    ON CONFLICT (kind, subject_reference, window_began_at) DO UPDATE
    SET times = alarm.times + 1, last_at = greatest(alarm.last_at, EXCLUDED.last_at), evidence = EXCLUDED.evidence
    RETURNING reference, times
"""


def register_kind(kind: AlarmKind) -> None:
    """Let an app raise alarms of a kind. Raise ``ValueError`` if another has its code."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"alarms of kind {kind.code!r} are registered twice")


def kind_of_alarm(code: str) -> AlarmKind:
    """Return a kind by its code; one whose app is gone is shown by its code."""
    return _kinds.get(code) or AlarmKind(code=code, title=code, meaning="", advice="", evidence={})


def raise_alarm(
    *,
    kind: str,
    about: Subject,
    now: datetime,
    evidence: Mapping[str, int | str],
    path: str = "",
    name: str = "",
    window_began_at: datetime | None = None,
) -> bool:
    """Raise an alarm about an officer, a terminal, a feed or the hall itself; return whether it is a new one.

    ``path`` is the organisation whose overseers have to act, empty for the hall as a whole; ``name`` is an officer's or a thing's,
    never a resident's. Within one window (the hour of the clock unless given) the same kind about the same subject is one alarm, which
    counts how often it was raised and keeps the latest figures. Writes in the caller's transaction and publishes
    ``audit.alarm_raised`` for a new one: about a request that is refused call it after its rollback. Raises ``ValueError`` for a kind
    that nobody registered.
    """
    if kind not in _kinds:
        raise ValueError(f"nobody registered alarms of kind {kind!r}")
    with connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            {
                "id": uuid4(),
                "reference": new_alarm_reference(),
                "kind": kind,
                "subject_kind": about.kind_of_matter,
                "subject_reference": about.reference,
                "subject_name": name,
                "path": path,
                "bureau_code": about.bureau_code,
                "window": window_began_at or now.replace(minute=0, second=0, microsecond=0),
                "now": now,
                "evidence": json.dumps({key: masked(key, value) for key, value in evidence.items()}),
                "trace_id": current_trace_id(),
            },
        )
        reference, times = cursor.fetchone()
    if times == 1:
        publish(RAISED, now=now, alarm=reference, kind=kind)
    return bool(times == 1)


def path_above(actor: Who) -> str:
    """Return the highest place at which somebody holds a post: whoever oversees it, or stands above, gets the alarm about them."""
    scopes: frozenset[tuple[str, str]] = getattr(actor, "scopes", frozenset())
    return min((path for _capability, path in scopes), key=lambda path: (len(path), path), default="")


MANY_LOOKS = AlarmKind(
    code="many_looks",
    title=_("An officer looked at many people"),
    meaning=_("More than 30 people outside the officer's own assignments within one hour."),
    advice=_("Ask the officer what for, compare it with the looks below, and write down what you found."),
    evidence={"persons": _("People within one hour")},
)
MANY_DENIALS = AlarmKind(
    code="many_denials",
    title=_("Somebody was refused again and again"),
    meaning=_("Hundreds of requests of one account, terminal or feed were refused within ten minutes. Nobody does that by hand."),
    advice=_("Find out whether the account is in other hands. If you cannot, have it switched off first and ask then."),
    evidence={"refused": _("Refused requests")},
)
KINDS = (MANY_LOOKS, MANY_DENIALS)


def register() -> None:
    """Let the logs raise their own."""
    for kind in KINDS:
        register_kind(kind)
