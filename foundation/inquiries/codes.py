"""The two secrets on a receipt: what a machine reads and what a person types.

The QR code carries a token of 128 random bits, which needs no slow hash (ASVS 5.0: 6.5.2). The typed code has room for
less: six characters find the row, nine are secret (45 bits), one guards against slips. Because every guess aims at one
row, guessing does not get easier as the number of codes grows.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from foundation.errors import RuleViolated
from foundation.identifiers import crockford

SELECTOR_LENGTH = 6
SECRET_LENGTH = 9
TYPED_LENGTH = SELECTOR_LENGTH + SECRET_LENGTH + 1
TOKEN_BYTES = 16

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_LONGEST_ADDRESS = 300


@dataclass(frozen=True, kw_only=True)
class TypedCode:
    """A code that somebody types. ``repr`` and ``str`` do not show the secret, so that no log can hold it."""

    selector: str
    secret: str = field(repr=False)

    @property
    def printed(self) -> str:
        """The code as it stands on a receipt: ``XXXX-XXXX-XXXX-XXXX``."""
        return crockford.in_fours(_guarded(self.selector + self.secret))


def new_typed_code() -> TypedCode:
    """Return a random code in which, check character included, no banned word can be read."""
    text = crockford.random_text(length=SELECTOR_LENGTH + SECRET_LENGTH, finish=_guarded)
    return _split(text)


def parse_typed_code(text: str) -> TypedCode:
    """Return the code that somebody meant to type; raise ``RuleViolated(code="code_mistyped", field="code")`` at a slip.

    How slips are found is public, so saying so tells nothing about which codes exist.
    """
    try:
        joined = crockford.canonical(text, length=TYPED_LENGTH)
    except crockford.NotReadable:
        message = _("A code has 16 letters and digits, in four groups of four. Compare what you typed with your receipt.")
        raise RuleViolated(message, code="code_mistyped", field="code") from None
    if not crockford.is_consistent(joined):
        message = _("There is a slip in this code. Compare each group with your receipt.")
        raise RuleViolated(message, code="code_mistyped", field="code")
    return _split(joined)


def new_token() -> str:
    """Return 128 random bits as 22 characters that are safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def read_token(text: str) -> str | None:
    """Return the token in what a scanner read, the token alone or the whole address before it; nothing if there is none."""
    token = text.strip().rpartition("#")[2] if len(text) <= _LONGEST_ADDRESS else ""
    return token if _TOKEN.fullmatch(token) else None


def token_digest(token: str) -> bytes:
    """Return the 32 bytes under which a token is stored: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


def _guarded(text: str) -> str:
    return text + crockford.check_character(text)


def _split(text: str) -> TypedCode:
    return TypedCode(selector=text[:SELECTOR_LENGTH], secret=text[SELECTOR_LENGTH : SELECTOR_LENGTH + SECRET_LENGTH])
