"""Celery's side of papers. Drawing and sealing are events of the outbox, on a queue of their own."""

from __future__ import annotations

from celery import shared_task

from foundation import clock
from foundation.documents.operations.forget_lost_files import forget_lost_files


@shared_task
def forget() -> int:
    """Delete files that no paper refers to; return how many. Safe to run twice."""
    return forget_lost_files(now=clock.now())
