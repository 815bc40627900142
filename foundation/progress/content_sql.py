"""The content of a timeline entry as PostgreSQL writes it: for whoever checks a million of them.

What seals an entry stays :meth:`foundation.progress.models.TimelineEntry.content`. A text that is written here and leads to the same hash
is the same text; one that does not says nothing yet, and the entry is looked at by the model's own words.
"""

from __future__ import annotations

from typing import Final

from foundation.progress.chain import VERSION

MOMENT: Final = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

# row_to_json() writes as the canonical encoder does: no spaces, the same escapes, and the columns in the order in which they are named.
CONTENT: Final = f"""
    SELECT row_to_json(said)::text AS text FROM (SELECT
        {MOMENT.format("entry.at")} AS at, entry.detail, entry.ground, entry.is_late, entry.kind, matter.reference AS matter,
        entry.publication, {MOMENT.format("entry.recorded_at")} AS recorded_at, entry.recorded_by, entry.refers_to, entry.sequence,
        entry.source_key, entry.status, entry.term_days, entry.text_en, entry.text_zh, {VERSION} AS v
    ) AS said
"""  # noqa: S608 - constants
