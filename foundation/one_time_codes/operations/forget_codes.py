"""Forget requests for codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from foundation.one_time_codes.models import OneTimeCode

KEPT: Final = timedelta(days=1)


def forget_codes(*, now: datetime) -> int:
    """Delete what expired a day ago; return how many."""
    return OneTimeCode.objects.filter(expires_at__lte=now - KEPT).delete()[0]
