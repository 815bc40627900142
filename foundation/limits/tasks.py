"""Celery's side of the limits."""

from __future__ import annotations

from celery import shared_task

from foundation import clock
from foundation.limits.operations.forget_expired import forget_expired


@shared_task
def forget() -> int:
    """Delete expired buckets; return how many. Safe to run twice and at the same time."""
    return forget_expired(now=clock.now())
