"""Celery's side of accounts."""

from __future__ import annotations

from celery import shared_task

from foundation import clock
from foundation.accounts.operations.change_phone import apply_due_changes, forget_old_changes


@shared_task
def apply_phone_changes() -> int:
    """Carry out changes of numbers whose day is over, and empty those long past; return how many took effect. Safe to run twice."""
    now = clock.now()
    forget_old_changes(now=now)
    return apply_due_changes(now=now)
