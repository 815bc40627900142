"""The address at which whoever got a mail stops more of its kind."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from foundation.notifications.models import Channel, Delivery
from foundation.notifications.operations.unsubscribe import token_for


def address_for_leaving(delivery: Delivery) -> str:
    """Return the address for a mail; nothing for what is mandatory, for officers, and for other ways."""
    notice = delivery.notice
    if delivery.channel != Channel.EMAIL or notice.is_mandatory or notice.person_id is None:
        return ""
    return f"{settings.HALL_HOST}{reverse('unsubscribe', args=[token_for(notice)])}"
