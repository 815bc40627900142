"""Carry something out once for each key, however often and however simultaneously it is asked for."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from foundation.failpoints import failpoint
from foundation.idempotency.errors import KeyReused, StillRunning
from foundation.idempotency.models import KeptAnswer
from foundation.idempotency.sealing import Answer, KeyMaterial


@dataclass(frozen=True, kw_only=True)
class KeyedRequest:
    """A request with an Idempotency-Key. A key means something to one actor on one route; ``content`` is all that was asked."""

    actor: str
    route: str
    key: str
    content: bytes


def run_once(*, request: KeyedRequest, now: datetime, run: Callable[[], Answer | None]) -> Answer | None:
    """Return the answer that was kept for the request; or else call ``run``, keep what it returns, and return None.

    ``run`` is called in one transaction with the key: both are committed or neither is. It returns None for a refusal,
    of which nothing is kept, so that the same key may be tried again; what it wrote beside its refused operation (a
    counter of wrong tries, a denial in the audit log) is committed. An exception from it rolls everything back.

    Raises :class:`StillRunning` while another request holds the key and :class:`KeyReused` if it was for another one.
    """
    material = KeyMaterial.derive(actor=request.actor, route=request.route, key=request.key)
    digest = material.digest(request.content)
    with transaction.atomic():
        is_ours = _take(material.key_hash)
        kept = KeptAnswer.objects.filter(actor=request.actor, route=request.route, key_hash=material.key_hash).first()
        if kept is not None:
            if not hmac.compare_digest(bytes(kept.request_digest), digest):
                raise KeyReused
            return material.open(bytes(kept.sealed), status=kept.status)
        if not is_ours:
            raise StillRunning
        answer = run()
        if answer is not None:
            _keep(request, material, digest, answer, now)
            failpoint("idempotency.kept")
    return None


def _take(key_hash: bytes) -> bool:
    """Take the key for this transaction, or say at once that somebody has it: waiting would hold a connection.

    The lock ends with the transaction, so that it works behind a pooler too. Where two keys share 64 bits, one of them
    is told to come back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(key_hash[:8], signed=True)])
        row = cursor.fetchone()
    return bool(row and row[0])


def _keep(request: KeyedRequest, material: KeyMaterial, digest: bytes, answer: Answer, now: datetime) -> None:
    try:
        KeptAnswer.objects.create(
            actor=request.actor,
            route=request.route,
            key_hash=material.key_hash,
            request_digest=digest,
            status=answer.status,
            sealed=material.seal(answer),
            created_at=now,
        )
    except IntegrityError as error:
        # The lock has let two through, as it would in a cluster of databases: the constraint undoes the later one.
        raise StillRunning from error
