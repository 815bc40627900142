"""Which counts of cases closed to inquiry are told, so that nobody can work out a small one.

A count of one or two at a station points at a person: whoever knows who went there knows what for. Such a count is
withheld, and so is whatever would give it away by subtraction. Why these rules suffice, and what they leave open, stands in
``docs/decisions/0013-figures-as-a-projection.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

THRESHOLD: Final = 3


def is_small(count: int) -> bool:
    """Whether a count points at single cases. Nought points at none."""
    return 0 < count < THRESHOLD


def tell(count: int) -> int | None:
    """Return a count that stands alone, or ``None`` if it is withheld."""
    return None if is_small(count) else count


def tell_parts(parts: Sequence[int]) -> tuple[int | None, ...]:
    """Return the parts of a whole that is told, ``None`` for each that is withheld.

    Beside a small part, the smallest of the others goes too, with all that equal it: it might be the small one as well. With
    no other to go, all go. If the whole is withheld, withhold every part instead of calling this.
    """
    if not any(map(is_small, parts)):
        return tuple(parts)
    cover = min((part for part in parts if part >= THRESHOLD), default=None)
    if cover is None:
        return (None,) * len(parts)
    return tuple(None if 0 < part <= cover else part for part in parts)
