"""What each capability allows, in words of both languages, read from the seeds once."""

from __future__ import annotations

from functools import cache

import yaml
from django.conf import settings

from foundation.languages import in_language


def in_words(capability: str) -> str:
    """Return what the capability allows in the language of the page; its code, if nobody wrote that down."""
    words = _words().get(capability)
    return in_language(zh=words["zh"], en=words["en"]) if words else capability


def all_capabilities() -> frozenset[str]:
    """Return every capability that is told in words."""
    return frozenset(_words())


@cache
def _words() -> dict[str, dict[str, str]]:
    path = settings.SEEDS / "accounts" / "capabilities.yaml"
    return {row["code"]: row["allows"] for row in yaml.safe_load(path.read_text(encoding="utf-8"))}
