"""The watch over looks: more than 30 distinct persons within an hour outside own assignments, by one officer, raise an alarm.

A person is a party of what was looked at, known by ID number; where none is known, the matter itself stands for one. What is an
officer's own assignment is each service's to say (``foundation.audit.subjects``). The hour slides: it is not cheated by waiting for
the clock. One row an officer holds the persons of the last hour, so a look outside costs one statement, and two at the same moment
wait for each other and count exactly.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import connection

from foundation.audit.alarms import MANY_LOOKS, path_above, raise_alarm
from foundation.audit.log import Subject, Who
from foundation.audit.subjects import kind_called

HOUR: Final = timedelta(hours=1)
MOST_PERSONS: Final = 30

# The update reads the row as it is once its lock is held, also one that another look has changed meanwhile.
_COUNT = """
    INSERT INTO audit_lookwatch AS watch (viewer_reference, seen, alarmed_at, last_at)
    VALUES (%(viewer)s, %(seen)s::jsonb, CASE WHEN %(number)s > %(most)s THEN %(now)s::timestamptz END, %(now)s)
    ON CONFLICT (viewer_reference) DO UPDATE SET (seen, alarmed_at, last_at) = (
        SELECT kept, CASE WHEN number > %(most)s AND coalesce(watch.alarmed_at <= %(since)s, true) THEN EXCLUDED.last_at
                          ELSE watch.alarmed_at END,
               greatest(watch.last_at, EXCLUDED.last_at)
        FROM (SELECT coalesce(jsonb_object_agg(key, value), '{}'::jsonb) AS kept, count(*) AS number
              FROM jsonb_each(watch.seen || EXCLUDED.seen) WHERE value::double precision > %(since_epoch)s) AS within_the_hour
    )
    RETURNING (SELECT count(*) FROM jsonb_object_keys(watch.seen)), alarmed_at
"""


@dataclass(frozen=True, kw_only=True)
class _Officer:
    """Whom an alarm is about."""

    reference: str
    bureau_code: str
    kind_of_matter: ClassVar[str] = "user"


def watch_looks(*, viewer: Who, subjects: Sequence[Subject], now: datetime) -> None:
    """Count whom an officer got to know of, in the transaction of the looks; raise the alarm with the look that crosses the line.

    Costs nothing for own assignments; for others the service's one query and one statement.
    """
    persons = _outside(viewer, subjects)
    if not persons:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "viewer": viewer.reference,
                "seen": json.dumps(dict.fromkeys(sorted(persons), round(now.timestamp(), 3))),
                "number": len(persons),
                "most": MOST_PERSONS,
                "now": now,
                "since": now - HOUR,
                "since_epoch": (now - HOUR).timestamp(),
            },
        )
        number, alarmed_at = cursor.fetchone()
    if number > MOST_PERSONS:
        path = path_above(viewer)
        raise_alarm(
            kind=MANY_LOOKS.code,
            about=_Officer(reference=viewer.reference, bureau_code=path[:6]),
            name=viewer.name,
            path=path,
            now=now,
            window_began_at=alarmed_at,
            evidence={"persons": number},
        )


def _outside(viewer: Who, subjects: Sequence[Subject]) -> set[str]:
    by_kind: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        by_kind[subject.kind_of_matter].append(subject)
    found: set[str] = set()
    for name, group in by_kind.items():
        kind = kind_called(name)
        if kind is not None and kind.outside_persons is not None:
            found |= {hashlib.sha256(key).hexdigest()[:16] for key in kind.outside_persons(viewer, group)}
    return found
