"""Delete what no longer limits anything."""

from __future__ import annotations

from datetime import datetime

from foundation.limits.models import Bucket

BATCH = 1000


def forget_expired(*, now: datetime, batch: int = BATCH) -> int:
    """Delete the buckets that have expired, in batches; return how many. A bucket taken from in the meantime stays."""
    deleted = 0
    while keys := list(Bucket.objects.filter(expires_at__lte=now).values_list("key", flat=True)[:batch]):
        deleted += Bucket.objects.filter(key__in=keys, expires_at__lte=now).delete()[0]
    return deleted
