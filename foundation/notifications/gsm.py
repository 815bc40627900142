"""How long a text is on the air (3GPP TS 23.038): 160 characters of the Latin alphabet of phones, or 70 of any other."""

from __future__ import annotations

from typing import Final

MOST_LATIN: Final = 160
MOST_OTHER: Final = 70
LATIN: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Reached over an escape: two places each.
LATIN_TWICE: Final = frozenset("^{}\\[~]|€\f")


def segment_is_one(text: str) -> bool:
    """Whether a text goes as one message, which costs once and never arrives in part."""
    if set(text) <= LATIN | LATIN_TWICE:
        return len(text) + sum(character in LATIN_TWICE for character in text) <= MOST_LATIN
    return len(text.encode("utf-16-be")) // 2 <= MOST_OTHER


def signature(sign: str) -> str:
    """Return what the gateway sets before a text: a Latin signature keeps the text in the Latin alphabet."""
    return f"{sign}: " if sign.isascii() else f"【{sign}】"
