"""Take notices off a person's devices, or put them back."""

from __future__ import annotations

from foundation.notifications.models import Notice


def hide_notices(*, route: str, is_hidden: bool) -> int:
    """Hide or show all notices of one route; return how many. For operations that change how somebody may be told."""
    return Notice.objects.filter(route=route).exclude(is_hidden=is_hidden).update(is_hidden=is_hidden)
