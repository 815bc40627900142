"""The whole log against the database, and against what was published where the database cannot reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from foundation.transparency import log as the_log
from foundation.transparency.folder import Folder
from foundation.transparency.models import Publication, SealedCheckpoint
from foundation.transparency.notes import Verifier
from foundation.transparency.records import VERSION
from foundation.transparency.sources import sources, streamed
from foundation.transparency.tiles import WIDTH
from foundation.transparency.verification.findings import Finding
from foundation.transparency.verification.rows import check_source, check_unknown, check_waiting
from foundation.transparency.verification.walk import Claim, Walk, by_size, claims_of

# As ``records.written`` writes it: what the database says wrongly leads to no root that was signed.
_RECORDS = f"""
    SELECT concat_ws(E'\\n', '{VERSION}', kind, bureau_code, position, encode(previous, 'hex'), encode(commitment, 'hex'), '')
    FROM transparency_leaf ORDER BY index
"""  # noqa: S608 - a constant


@contextmanager
def one_moment() -> Iterator[None]:
    """See the database as it is at one moment, however long the look takes."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def check_everything(*, now: datetime, folder: Folder | None, kept: Iterable[bytes] = ()) -> Iterator[Finding | int]:
    """Yield every finding, and from time to time how many more rows were looked at.

    The ``folder`` of published files and the checkpoints that were ``kept`` elsewhere are what the database's owner could not change:
    without them, whoever can rewrite all tables and has the key of the log can rewrite all of it unseen.
    """
    with one_moment():
        outside = list(kept)
        for found in published_notes(folder) if folder else ():
            if isinstance(found, Finding):
                yield found
            else:
                outside.append(found)
        yield from check_tree(outside=outside)
        yield from check_waiting()
        yield from check_unknown()
        for source in sources().values():
            yield from check_source(source, now=now)


def check_tree(*, outside: Iterable[bytes]) -> Iterator[Finding]:
    """Yield what is wrong with chains, tree and checkpoints: the database's own and those kept outside."""
    known = the_log.verifiers(the_log.origin_told())
    claims: list[Claim] = []
    for found in (*_own_claims(known), *claims_of(outside, verifiers=known, by="kept checkpoint")):
        if isinstance(found, Finding):
            yield found
        else:
            claims.append(found)
    yield from Walk(claims=by_size(claims)).go(_bundles())


def _own_claims(known: Sequence[Verifier]) -> Iterator[Claim | Finding]:
    last = 0
    for checkpoint in SealedCheckpoint.objects.order_by("size").iterator(chunk_size=5000):
        last = checkpoint.size
        where = f"checkpoint of {checkpoint.size} entries"
        for found in claims_of([checkpoint.note.encode()], verifiers=known, by="checkpoint"):
            if isinstance(found, Claim) and (found.size, found.root) != (checkpoint.size, bytes(checkpoint.root)):
                yield Finding(where=where, what="says something else than what was signed")
            yield found
    leaves, end = _counts()
    if leaves != end:
        yield Finding(where="leaves", what=f"{leaves} are numbered up to {end}")
    if end > last:
        yield Finding(where=f"leaf {last}", what="is covered by no checkpoint")


def _counts() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(index) + 1, 0) FROM transparency_leaf")
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _bundles() -> Iterator[list[bytes]]:
    records = streamed(_RECORDS)
    while bundle := [record.encode() for (record,) in islice(records, WIDTH)]:
        yield bundle


def published_notes(folder: Folder) -> Iterator[bytes | Finding]:
    """Yield every checkpoint that a folder holds; a finding where it holds less than was published."""
    try:
        newest = folder.checkpoint()
    except OSError as error:
        newest = str(error).encode()
    last = Publication.objects.order_by("-size").first()
    if newest is None and last is not None:
        yield Finding(where="published files", what=f"are gone; {last.size} entries were published")
    yield from folder.published()
    if newest is not None:
        yield newest
