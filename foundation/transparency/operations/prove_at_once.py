"""A proof for a paper that is printed now."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import structlog
from django.db import OperationalError, connection, transaction

from foundation.errors import NotFound
from foundation.transparency.errors import LogContradicted
from foundation.transparency.operations.seal import seal_rows
from foundation.transparency.proofs import Proof
from foundation.transparency.proving import NoPath, proof_of

log = structlog.get_logger(__name__)


def prove_at_once(*, kind: str, row_id: int, commitment: bytes, now: datetime) -> Proof | None:
    """Return the proof of a row, sealing it first if need be, within the caller's transaction if there is one.

    ``None`` when the log is not to be had just now: the paper is handed out without it, and the proof can be fetched later by its
    commitment. Waits three seconds at most for a sealer at work.
    """
    try:
        with suppress(NotFound):
            return proof_of(commitment=commitment)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
            done = seal_rows(kind=kind, ids=[row_id], now=now)
            proof = proof_of(commitment=commitment, tiles=done.tiles)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    except (NotFound, NoPath, LogContradicted, OSError, OperationalError):
        log.exception("log.no_proof", kind=kind)
        return None
    return proof
