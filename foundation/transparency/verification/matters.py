"""One matter: its timeline, and the proof of each of its entries."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from foundation.errors import NotFound
from foundation.transparency.proving import NoPath, proof_of
from foundation.transparency.sources import Timeline, sources
from foundation.transparency.verification.findings import Finding
from foundation.transparency.verification.rows import Part, check_timelines
from foundation.transparency.verification.whole import one_moment


def check_matter(*, reference: str) -> Iterator[Finding | int]:
    """Yield what is wrong with a matter's timeline, and the number of its entries; raise :class:`NotFound` for an unknown reference."""
    with one_moment():
        for source in sources().values():
            if isinstance(source, Timeline) and (key := _key_of(source, reference)) is not None:
                yield from check_timelines(source, Part(rows=range(0), matters=range(key, key + 1)))
                yield from _check_proofs(source, key, reference)
                return
    raise NotFound


def _key_of(source: Timeline, reference: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {source.matter[0]} WHERE reference = %s", [reference])  # noqa: S608 - our own table
        row = cursor.fetchone()
    return row[0] if row else None


def _check_proofs(source: Timeline, key: int, reference: str) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sequence, hash FROM {source.table} WHERE {source.matter[1]} = %s ORDER BY sequence",  # noqa: S608 - our own table
            [key],
        )
        entries = cursor.fetchall()
    for sequence, digest in entries:
        try:
            proof_of(commitment=bytes(digest))
        except NoPath as error:
            yield Finding(where=f"{reference} entry {sequence}", what=str(error))
        except NotFound:
            # Whether it waits or was put in behind the hall's back, the timeline's check has said.
            continue
