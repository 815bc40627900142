"""Whether two ways of writing a name mean the same one."""

from __future__ import annotations

import unicodedata

_SEPARATORS = str.maketrans("", "", " \t-'’.·•・‧")


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals, widths, spaces, and the dots and hyphens of transcribed names."""
    return _plain(one) == _plain(other) != ""


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split()).translate(_SEPARATORS)
