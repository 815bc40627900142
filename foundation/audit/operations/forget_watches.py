"""Forget whom officers looked at, an hour after the last look: the alarm has been raised by then or never will be."""

from __future__ import annotations

from datetime import datetime

from foundation.audit.alarm_models import LookWatch
from foundation.audit.watch import HOUR


def forget_watches(*, now: datetime) -> int:
    """Delete the rows that count nothing any more; return how many. Safe to run twice and at the same time."""
    deleted, _by_table = LookWatch.objects.filter(last_at__lte=now - HOUR).delete()
    return deleted
