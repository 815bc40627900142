"""How the providers of the demo behave just now: what tests and people told them over ``/control``."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

ANYWHERE: Final = frozenset({"well", "slow", "hang", "refuse", "fail", "reset", "drop"})
MODES: Final = {
    "sms": ANYWHERE | {"lie", "twice", "disorder", "forge", "silent"},
    "wechat": ANYWHERE | {"expire"},
    "email": ANYWHERE,
}
LONGEST: Final = 600.0


class Unknown(ValueError):
    """There is no such channel, or it has no such mode."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """A mode, for ever or for the next ``times`` messages; ``seconds`` is how slow."""

    mode: str = "well"
    seconds: float = 2.0
    times: int | None = None


class Moods:
    """The behaviour of each channel."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[str, Behaviour] = {}
        self._woken = threading.Event()

    def tell(self, channel: str, behaviour: Behaviour) -> None:
        """Let a channel behave so from now on; whoever hangs is let go. Raise :class:`Unknown`."""
        if behaviour.mode not in MODES.get(channel, frozenset()):
            raise Unknown(f"{channel} has no mode {behaviour.mode}")
        with self._lock:
            self._told[channel] = behaviour
            self._woken.set()
            self._woken = threading.Event()

    def all(self) -> dict[str, Behaviour]:
        """Return the behaviour of every channel."""
        with self._lock:
            return {channel: self._told.get(channel, Behaviour()) for channel in MODES}

    def next(self, channel: str) -> str:
        """Return the mode for the message at hand and count it; a slow channel waits here, one that hangs until it is told otherwise."""
        with self._lock:
            behaviour, woken = self._told.get(channel, Behaviour()), self._woken
            if behaviour.times is not None:
                left = behaviour.times - 1
                self._told[channel] = Behaviour(mode=behaviour.mode, seconds=behaviour.seconds, times=left) if left else Behaviour()
        if behaviour.mode == "slow":
            time.sleep(min(behaviour.seconds, LONGEST))
        if behaviour.mode == "hang":
            woken.wait(LONGEST)
        return behaviour.mode
