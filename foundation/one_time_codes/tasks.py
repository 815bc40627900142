"""Celery's side of one-time codes."""

from __future__ import annotations

from celery import shared_task

from foundation import clock
from foundation.one_time_codes.operations.forget_codes import forget_codes


@shared_task
def forget() -> int:
    """Delete requests that are long over; return how many. Safe to run twice."""
    return forget_codes(now=clock.now())
