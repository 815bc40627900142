"""Forget what no longer has to be remembered."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeVar

from django.db.models import Model, QuerySet

from foundation.idempotency.models import KeptAnswer, SeenNonce

M = TypeVar("M", bound=Model)

BATCH: Final = 5_000


def forget_outdated(*, now: datetime) -> int:
    """Delete outdated answers and nonces, 5,000 at a time so that nobody waits for a long transaction; return how many."""
    return _delete(KeptAnswer.objects.outdated(now)) + _delete(SeenNonce.objects.outdated(now))


def _delete(outdated: QuerySet[M]) -> int:
    total = 0
    while True:
        deleted, _by_model = outdated.model._default_manager.filter(pk__in=outdated.order_by("pk").values("pk")[:BATCH]).delete()
        total += deleted
        if deleted < BATCH:
            return total
