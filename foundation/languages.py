"""Texts that are data, held in both languages."""

from __future__ import annotations

from django.utils.translation import get_language


def in_language(*, zh: str, en: str) -> str:
    """Return the text in the language of the page being made; if that one is empty, the other."""
    first, second = (zh, en) if (get_language() or "").startswith("zh") else (en, zh)
    return first or second
