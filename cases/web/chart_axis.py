"""The vertical axis of a chart: round numbers that hold all values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_STEPS: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The vertical axis: from ``low`` to ``high`` in even steps, ``ticks`` included."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Return how far up a value lies, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def axis_for(values: Iterable[float], *, from_zero: bool = True, limit: float | None = None, lines: int = 4) -> Axis:
    """Return an axis with round numbers that holds all values; ``limit`` is a value that nothing can exceed, such as 1 for a rate."""
    known = list(values) or [0.0]
    low, high = 0.0 if from_zero else min(known), max(known)
    if limit is not None:
        high = limit
    if high <= low:
        low, high = (low - 0.1, limit) if limit is not None else (low, low + lines)
    step = _round_step((high - low) / lines, is_whole=limit is None)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Axis(low=first * step, high=last * step, ticks=tuple(round(number * step, 6) for number in range(first, last + 1)))


def _round_step(rough: float, *, is_whole: bool) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))
    # Cases come whole: no line stands at two and a half of them.
    return max(1.0, math.ceil(step)) if is_whole else step
