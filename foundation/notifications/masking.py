"""Addresses for somebody who may only recognise them."""

from __future__ import annotations

from foundation.encryption.masking import STAR, mask_number
from foundation.notifications.models.delivery import Channel


def mask_mail(address: str) -> str:
    """Return ``z***@example.com``: the first character and the domain."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}{STAR * 3}{at}{domain}" if at else STAR * len(address)


def mask_address(channel: str, address: str) -> str:
    """Return an address of a channel masked: of a mail its domain stays, of a number three and four digits, of WeChat's names nothing."""
    if channel == Channel.EMAIL:
        return mask_mail(address)
    return mask_number(address) if channel == Channel.SMS else STAR * 6
