"""Celery's side of sealing."""

from __future__ import annotations

from celery import shared_task

from foundation import clock
from foundation.transparency.operations.seal import seal_all


@shared_task
def seal_record() -> int:
    """Seal and publish what waits; return how many rows. Safe to run twice and at the same time: one works, the other leaves."""
    return seal_all(now=clock.now(), is_patient=False)
