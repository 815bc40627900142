"""Celery's side of the logs."""

from __future__ import annotations

from celery import shared_task

from foundation import clock
from foundation.audit.operations.forget_watches import forget_watches


@shared_task
def forget() -> int:
    """Delete what the watch over looks no longer needs; return how many rows. Safe to run twice."""
    return forget_watches(now=clock.now())
