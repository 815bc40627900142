"""Find what has to be sent and nobody was asked to send, and channels in trouble."""

from __future__ import annotations

from datetime import datetime

from foundation.notifications.alarms import watch_channels
from foundation.notifications.models import Delivery
from foundation.notifications.models.delivery import OUTWARD


def sweep_deliveries(*, now: datetime) -> list[str]:
    """Return the channels with something due: new, put off, held, or left behind by a dead worker. Raises alarms that are due."""
    watch_channels(now=now)
    return [channel.value for channel in OUTWARD if Delivery.objects.due(now).filter(channel=channel).exists()]
