"""Public references: the name of a thing outside the hall's own tables. Not a secret: whoever knows one still needs a right."""

from __future__ import annotations

import re

from foundation.identifiers import crockford

BODY_LENGTH = 12
_PREFIX = re.compile(r"[A-Z]{1,3}")


def new_reference(prefix: str) -> str:
    """Return a fresh reference such as ``C-7Q2M-9XKD-3F0A``: the prefix of a kind and 60 random bits.

    Random, because a running number tells how many cases there are and which comes next. ``prefix`` is 1 to 3 capital letters.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r} is not 1 to 3 capital letters")
    return f"{prefix}-{crockford.in_fours(crockford.random_text(length=BODY_LENGTH))}"


def normalise_reference(text: str) -> str:
    """Return the reference that somebody meant to type; raise :class:`NotReadable` if it cannot be one."""
    if len(text) > crockford.LONGEST_INPUT:
        raise crockford.NotReadable("too long")
    joined = crockford.without_separators(text).upper()
    prefix, body = joined[:-BODY_LENGTH], joined[-BODY_LENGTH:]
    if not _PREFIX.fullmatch(prefix):
        raise crockford.NotReadable("no prefix of a kind")
    return f"{prefix}-{crockford.in_fours(crockford.canonical(body, length=BODY_LENGTH))}"
