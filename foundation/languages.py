"""Texts that are data, held in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language


def in_language(*, zh: str, en: str) -> str:
    """Return the text in the language of the page being made; if that one is empty, the other."""
    first, second = (zh, en) if (get_language() or "").startswith("zh") else (en, zh)
    return first or second


@dataclass(frozen=True, kw_only=True)
class Bilingual:
    """One text in both languages; as a string, the one of the page."""

    en: str
    zh: str

    def __str__(self) -> str:
        return in_language(zh=self.zh, en=self.en)
