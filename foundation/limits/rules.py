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

    A rule that ``is_sliding`` holds in every stretch of time of that length, not only in windows: an attempt is refused while
    ``allowed`` others lie within the window before it. It takes its place when the oldest of them is a window old.
    """

    scope: str
    allowed: int
    window: timedelta
    longest_lock: timedelta
    target: str
    attempt: str
    reason: str
    is_sliding: bool = False

    def __post_init__(self) -> None:
        if self.allowed < 1 or self.window <= timedelta(0) or self.longest_lock < self.window:
            raise ValueError(f"{self.scope}: a limit allows something, in some time, and locks for a window at least")
        if self.is_sliding and self.is_doubling:
            raise ValueError(f"{self.scope}: where there is no window there is no lock that could double")

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
PASSWORD_ACCOUNT = Rule(
    scope="password-account",
    allowed=10,
    window=timedelta(minutes=15),
    longest_lock=timedelta(hours=1),
    target="the user name that was typed, whether or not there is such an account",
    attempt="a wrong password",
    reason="Guessing one officer's password. The lock stops the password only, and never for long: sessions that are open go on.",
)
PASSWORD_SOURCE = Rule(
    scope="password-source",
    allowed=30,
    window=timedelta(minutes=10),
    longest_lock=timedelta(minutes=10),
    target="the network of the caller (/24 of IPv4, /48 of IPv6)",
    attempt="a wrong password, for any account that is not locked",
    reason="Trying one password at many accounts from one line, which a whole station may share.",
)
SECOND_FACTOR_ACCOUNT = Rule(
    scope="second-factor-account",
    allowed=5,
    window=timedelta(minutes=15),
    longest_lock=timedelta(hours=24),
    target="the account whose password was right",
    attempt="a wrong code of the app, a wrong recovery code or a passkey's answer that does not fit",
    reason="Guessing six digits with a stolen password. Only who has the password gets here, so the lock is no weapon of strangers.",
)
SECOND_FACTOR_SOURCE = Rule(
    scope="second-factor-source",
    allowed=20,
    window=timedelta(minutes=10),
    longest_lock=timedelta(minutes=10),
    target="the network of the caller (/24 of IPv4, /48 of IPv6)",
    attempt="a wrong second factor, for any account that is not locked",
    reason="Trying codes at many accounts whose passwords are known, from one line.",
)
INVITATION_SOURCE = Rule(
    scope="invitation-source",
    allowed=20,
    window=timedelta(minutes=10),
    longest_lock=timedelta(hours=1),
    target="the network of the caller (/24 of IPv4, /48 of IPv6)",
    attempt="a code for a new account that opens none",
    reason="Asking for work: 120 bits are not guessed.",
)

AUDIT_FILES = Rule(
    scope="audit-files",
    allowed=10,
    window=timedelta(hours=1),
    longest_lock=timedelta(hours=1),
    target="an officer who audits",
    attempt="a search of a log that is taken away as a file",
    reason="Carrying a whole log away piece by piece with a stolen session. Pages are read as before.",
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
TEXT_GAP = Rule(
    scope="text-gap",
    allowed=1,
    window=timedelta(seconds=60),
    longest_lock=timedelta(seconds=60),
    is_sliding=True,
    target="one phone number",
    attempt="a text, whoever asks for it",
    reason="Nobody's phone is made to ring by others. A code that is asked for too often is not sent, and the page reads the same; "
    "a notice waits until it may go.",
)
TEXT_HOUR = Rule(
    scope="text-hour",
    allowed=5,
    window=timedelta(hours=1),
    longest_lock=timedelta(hours=1),
    is_sliding=True,
    target="one phone number",
    attempt="a text, whoever asks for it",
    reason="As above, within any hour.",
)
TEXT_DAY = Rule(
    scope="text-day",
    allowed=10,
    window=timedelta(hours=24),
    longest_lock=timedelta(hours=24),
    is_sliding=True,
    target="one phone number",
    attempt="a text, whoever asks for it",
    reason="As above, within any 24 hours; with five tries a code it also bounds what can be guessed: 50 of a million.",
)
TEXT_ORDINARY_HOUR = Rule(
    scope="text-ordinary-hour",
    allowed=3,
    window=timedelta(hours=1),
    longest_lock=timedelta(hours=1),
    is_sliding=True,
    target="one phone number",
    attempt="a text that is neither a code nor mandatory",
    reason="A busy case does not use up what somebody needs to sign in, or to hear that somebody else did. What is over waits.",
)
TEXT_ORDINARY_DAY = Rule(
    scope="text-ordinary-day",
    allowed=6,
    window=timedelta(hours=24),
    longest_lock=timedelta(hours=24),
    is_sliding=True,
    target="one phone number",
    attempt="a text that is neither a code nor mandatory",
    reason="As above, within any 24 hours.",
)
CODE_TEXT_SOURCE = Rule(
    scope="code-text-source",
    allowed=25,
    window=timedelta(minutes=5),
    longest_lock=timedelta(minutes=5),
    target="the network of the caller (/24 of IPv4, /48 of IPv6)",
    attempt="a one-time code asked for",
    reason="Asking for codes to many numbers from one line.",
)
CODE_TEXT_HALL = Rule(
    scope="code-text-hall",
    allowed=600,
    window=timedelta(minutes=1),
    longest_lock=timedelta(minutes=1),
    target="the whole hall",
    attempt="a one-time code asked for",
    reason="What the texts may cost when many lines ask for codes to many numbers; reaching it is written to the log as an alarm.",
)
CODE_GUESS_NUMBER = Rule(
    scope="code-guess-number",
    allowed=20,
    window=timedelta(hours=24),
    longest_lock=timedelta(hours=24),
    is_sliding=True,
    target="one phone number",
    attempt="a one-time code that is wrong",
    reason="Guessing codes of one number over many requests and lines. Other ways to sign in stay open.",
)
CODE_GUESS_SOURCE = Rule(
    scope="code-guess-source",
    allowed=25,
    window=timedelta(minutes=10),
    longest_lock=timedelta(minutes=10),
    target="the network of the caller (/24 of IPv4, /48 of IPv6)",
    attempt="a one-time code that is wrong",
    reason="Guessing codes of many numbers from one line.",
)
IDENTITY_SOURCE = Rule(
    scope="identity-source",
    allowed=60,
    window=timedelta(minutes=10),
    longest_lock=timedelta(minutes=10),
    target="the network of the caller (/24 of IPv4, /48 of IPv6)",
    attempt="a journey to an identity provider begun",
    reason="Each leaves a session behind and may make the hall ask the provider. An office of many people behind one line stays below it.",
)

COPIES_OF_DATA = Rule(
    scope="privacy-copies",
    allowed=10,
    window=timedelta(hours=24),
    longest_lock=timedelta(hours=24),
    target="an account",
    attempt="a copy that a person takes of their data",
    reason="A copy holds everything and costs a walk through every table. Ten a day are more than anybody needs.",
)
MANDATE_OFFER = Rule(
    scope="mandate-offer",
    allowed=20,
    window=timedelta(hours=24),
    longest_lock=timedelta(hours=24),
    target="the person who asks",
    attempt="an offer to somebody to act for oneself, right or not",
    reason="Sending offers to many people. Who knows ten people that could act for them has asked them in a day, slips included.",
)
ENROLMENT_CODE = Rule(
    scope="enrolment-code",
    allowed=5,
    window=timedelta(minutes=15),
    longest_lock=timedelta(minutes=15),
    target="the first six characters of an enrolment code",
    attempt="an enrolment code that opens nothing",
    reason="Trying endings of one code. A new code begins otherwise, so a lock holds up nobody for long.",
)
ENROLMENT_SOURCE = Rule(
    scope="enrolment-source",
    allowed=20,
    window=timedelta(minutes=10),
    longest_lock=timedelta(minutes=10),
    target="the network of the machine (/24 of IPv4, /48 of IPv6)",
    attempt="an enrolment code that opens nothing",
    reason="Trying many codes from one line. A right one is given back, so a room full of new terminals enrols in one go.",
)
KIOSK_HEARTBEAT = Rule(
    scope="kiosk-heartbeat",
    allowed=10,
    window=timedelta(minutes=1),
    longest_lock=timedelta(minutes=1),
    target="one terminal",
    attempt="a heart-beat",
    reason="One a minute is asked for. A terminal that runs wild costs nobody else anything.",
)

PAPER_SOURCE = Rule(
    scope="paper-source",
    allowed=60,
    window=timedelta(minutes=10),
    longest_lock=timedelta(minutes=10),
    target="the network of the caller (/24 of IPv4, /48 of IPv6)",
    attempt="a paper that somebody checks",
    reason="Counting through numbers, and files that take long to look at. A counter that checks papers all day stays far below.",
)
UNSUBSCRIBE_SOURCE = Rule(
    scope="unsubscribe-source",
    allowed=60,
    window=timedelta(hours=1),
    longest_lock=timedelta(hours=1),
    target="one network of a source",
    attempt="the link of a mail opened or pressed",
    reason="Guessing links, which are signed and cannot be guessed, and keeping the hall busy. A mail provider presses few.",
)

RULES = (
    INQUIRY_SELECTOR,
    INQUIRY_SOURCE,
    INQUIRY_PLATFORM,
    AUDIT_FILES,
    DENIALS_OF_SOURCE,
    DENIALS_OF_HALL,
    DENIALS_OF_ACTOR,
    PASSWORD_ACCOUNT,
    PASSWORD_SOURCE,
    SECOND_FACTOR_ACCOUNT,
    SECOND_FACTOR_SOURCE,
    INVITATION_SOURCE,
    COPIES_OF_DATA,
    MANDATE_OFFER,
    ENROLMENT_CODE,
    ENROLMENT_SOURCE,
    KIOSK_HEARTBEAT,
    *(TEXT_GAP, TEXT_HOUR, TEXT_DAY, TEXT_ORDINARY_HOUR, TEXT_ORDINARY_DAY),
    *(CODE_TEXT_SOURCE, CODE_TEXT_HALL),
    *(CODE_GUESS_NUMBER, CODE_GUESS_SOURCE),
    IDENTITY_SOURCE,
    PAPER_SOURCE,
    UNSUBSCRIBE_SOURCE,
)

# Argon2id takes a core for 30 ms and 19 MiB: a queue before it keeps a flood of guesses from taking the machine.
SLOW_HASHES_PER_CORE = 2
SLOW_HASH_WAIT = timedelta(seconds=2)
