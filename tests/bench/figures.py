"""A figure, its bound, and the table that ``make bench`` prints."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number beside its bound: at least or at most."""

    name: str
    value: float
    at_least: float | None = None
    at_most: float | None = None
    detail: str = ""

    @property
    def is_kept(self) -> bool:
        return (self.at_least is None or self.value >= self.at_least) and (self.at_most is None or self.value <= self.at_most)

    def __str__(self) -> str:
        bound = f">= {self.at_least:g}" if self.at_least is not None else f"<= {self.at_most:g}" if self.at_most is not None else ""
        verdict = "" if not bound else "kept" if self.is_kept else "SHORT"
        return f"{self.name:58} {self.value:>10.3g}  {bound:>8}  {verdict:5}  {self.detail}"


def interleaved(first: Callable[[], object], second: Callable[[], object], *, rounds: int) -> tuple[float, float]:
    """Return the median seconds of both, run in turns: what disturbs the machine disturbs both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        # The order is turned each round, or the second would always find warmer caches.
        for which in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            (first, second)[which]()
            times[which].append(time.perf_counter() - began)
    return statistics.median(times[0]), statistics.median(times[1])
