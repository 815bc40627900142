"""Rows of the logs as a file for spreadsheets, read from the database and sent a few hundred at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from django.db.models import QuerySet

from foundation.accounts.queries import names_of
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.audit.operations.search_log import Log
from foundation.clock import CITY_ZONE
from foundation.spreadsheets import csv_pieces

_TOGETHER: Final = 500
_WHERE_FROM: Final = ("channel", "address", "trace_id")
_COLUMNS: Final = {
    Log.DEEDS: (
        *("at", "actor_kind", "actor", "name", "action", "capability", "subject_kind", "subject", "bureau", "changes", "mandate"),
        *_WHERE_FROM,
    ),
    Log.LOOKS: ("at", "viewer_kind", "viewer", "name", "reason", "subject_kind", "subject", "bureau", "mandate", *_WHERE_FROM),
}


def file_of(log: Log, rows: QuerySet[Any]) -> Iterator[bytes]:
    """Yield the file piece by piece. Codes stay codes: a file is read by programs, in whatever language somebody took it."""
    return csv_pieces(_COLUMNS[log], (_deeds if log == Log.DEEDS else _looks)(rows))


def _deeds(rows: QuerySet[AuditEntry]) -> Iterator[list[object]]:
    found = rows.iterator(chunk_size=_TOGETHER)
    while some := list(islice(found, _TOGETHER)):
        names = names_of(row.actor_reference for row in some)
        for row in some:
            who = [_moment(row), row.actor_kind, row.actor_reference, names.get(row.actor_reference, "")]
            what = [row.action, row.capability, row.subject_kind, row.subject_reference, row.bureau_code]
            yield [*who, *what, json.dumps(row.changes, ensure_ascii=False), row.mandate, row.channel, row.address, row.trace_id]


def _looks(rows: QuerySet[AccessEntry]) -> Iterator[list[object]]:
    for row in rows.iterator(chunk_size=_TOGETHER):
        who = [_moment(row), row.viewer_kind, row.viewer_reference, row.viewer_name, row.reason]
        yield [*who, row.subject_kind, row.subject_reference, row.bureau_code, row.mandate, row.channel, row.address, row.trace_id]


def _moment(row: AuditEntry | AccessEntry) -> str:
    return row.at.astimezone(CITY_ZONE).isoformat()
