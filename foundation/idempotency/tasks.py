"""Celery's side of forgetting."""

from __future__ import annotations

from celery import shared_task

from foundation import clock
from foundation.idempotency.forget import forget_outdated


@shared_task
def forget() -> int:
    """Forget what is outdated; return how many rows went. Safe to run twice."""
    return forget_outdated(now=clock.now())
