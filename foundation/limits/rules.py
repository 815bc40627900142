"""Every limit of the hall, in one table. ``docs/limits.md`` is written from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How many attempts one target may take in a window, and what follows.

    The window opens with the first attempt and holds ``allowed``. The last of them locks the target: for one window, and
    for twice as long each further time, up to ``longest_lock``, until it kept quiet for ``longest_lock`` after a lock. An
    attempt that turns out to be right is given back, and lifts the lock that it made. Attempts at a locked target are
    refused and do not count.
    """

    scope: str
    allowed: int
    window: timedelta
    longest_lock: timedelta
    target: str
    attempt: str
    reason: str

    def __post_init__(self) -> None:
        if self.allowed < 1 or self.window <= timedelta(0) or self.longest_lock < self.window:
            raise ValueError(f"{self.scope}: a limit allows something, in some time, and locks for a window at least")

    @property
    def is_doubling(self) -> bool:
        """Whether each further lock lasts twice as long as the one before."""
        return self.longest_lock > self.window


INQUIRY_SELECTOR = Rule(
    scope="inquiry-selector",
    allowed=5,
    window=timedelta(minutes=15),
    longest_lock=timedelta(hours=24),
    target="the first six characters of a typed code",
    attempt="a typed code that opens nothing",
    reason="Guessing the rest of one code. The lock stops typing only: QR code and signing in go on, so it is no weapon against a person.",
)
INQUIRY_SOURCE = Rule(
    scope="inquiry-source",
    allowed=20,
    window=timedelta(minutes=10),
    longest_lock=timedelta(minutes=10),
    target="the network of the caller (/24 of IPv4, /48 of IPv6)",
    attempt="a code, typed or from a QR code, that opens nothing",
    reason="Trying many codes from one line. A QR code that is right is answered all the same: 128 bits are not guessed.",
)
INQUIRY_PLATFORM = Rule(
    scope="inquiry-platform",
    allowed=100,
    window=timedelta(seconds=1),
    longest_lock=timedelta(seconds=1),
    target="the whole hall",
    attempt="a typed code that opens nothing",
    reason="Trying many codes from many lines. Honest slips stop at the check character and stay near one a second in a whole country.",
)

DENIALS_OF_SOURCE = Rule(
    scope="denials-source",
    allowed=100,
    window=timedelta(minutes=10),
    longest_lock=timedelta(minutes=10),
    target="the network of somebody who is not signed in (/24 of IPv4, /48 of IPv6)",
    attempt="a refused request that is written into the audit log",
    reason="Filling the disk with rows of refusals. Whoever is refused is refused all the same; further rows are counted, not written.",
)
DENIALS_OF_HALL = Rule(
    scope="denials-hall",
    allowed=1000,
    window=timedelta(minutes=1),
    longest_lock=timedelta(minutes=1),
    target="the whole hall, of people who are not signed in",
    attempt="a refused request that is written into the audit log",
    reason="Filling the disk from many lines. Rows of people who are signed in do not count against it: nobody hides in a flood.",
)
DENIALS_OF_ACTOR = Rule(
    scope="denials-actor",
    allowed=300,
    window=timedelta(minutes=10),
    longest_lock=timedelta(minutes=10),
    target="an account, a feed or a terminal",
    attempt="a refused request that is written into the audit log",
    reason="Filling the disk with a stolen session. Nobody reaches it by hand: the last row raises an alarm, further ones are counted.",
)

RULES = (INQUIRY_SELECTOR, INQUIRY_SOURCE, INQUIRY_PLATFORM, DENIALS_OF_SOURCE, DENIALS_OF_HALL, DENIALS_OF_ACTOR)

# Argon2id takes a core for 30 ms and 19 MiB: a queue before it keeps a flood of guesses from taking the machine.
SLOW_HASHES_PER_CORE = 2
SLOW_HASH_WAIT = timedelta(seconds=2)
