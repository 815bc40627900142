"""How many texts one number gets, whoever asks: codes, notices and alarms share one budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foundation.limits.limiter import Permit, give_back, opens_at, try_take
from foundation.limits.rules import TEXT_DAY, TEXT_GAP, TEXT_HOUR, TEXT_ORDINARY_DAY, TEXT_ORDINARY_HOUR

FOR_ALL = (TEXT_GAP, TEXT_HOUR, TEXT_DAY)
FOR_ORDINARY = (TEXT_ORDINARY_HOUR, TEXT_ORDINARY_DAY)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """One text to one number: either it may go and was counted (``permits``), or it may not before ``until``."""

    permits: tuple[Permit, ...] = ()
    until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the text may go."""
        return self.until is None

    def give_back(self) -> None:
        """Uncount a text that certainly did not go."""
        give_back(self.permits)


def take_text(number: str, *, is_ordinary: bool, now: datetime) -> Budget:
    """Count a text to the number against all that limits texts. Not to be called inside a transaction.

    An ordinary text leaves room for codes and for what is mandatory. Of callers at the same moment exactly as many get through as may.
    """
    permits: list[Permit] = []
    for rule in (*FOR_ALL, *(FOR_ORDINARY if is_ordinary else ())):
        permit = try_take(rule, target=number, now=now)
        if permit is None:
            give_back(permits)
            return Budget(until=opens_at(rule, target=number, now=now))
        permits.append(permit)
    return Budget(permits=tuple(permits))
