"""Making codes and comparing them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final

from foundation.encryption.keys import index_key

DIGITS: Final = 6
VALID_FOR: Final = timedelta(minutes=10)
TRIES: Final = 5


def new_code() -> str:
    """Return six digits, each of a million equally likely."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def new_request_token() -> str:
    """Return what ties a code to the browser that asked for it."""
    return secrets.token_urlsafe(32)


def request_digest(token: str) -> bytes:
    """Return what the database keeps of a request token."""
    return hashlib.sha256(token.encode()).digest()


def code_digest(code: str, *, request: bytes) -> bytes:
    """Return what the database keeps of a code: without the key, a million guesses are as good as none."""
    return hmac.digest(index_key("one-time-code"), request + code.encode(), hashlib.sha256)


def cleaned(typed: str) -> str:
    """Return the digits that somebody typed, full-width ones and spaces among them included; nothing if it is no code."""
    digits = "".join(str(int(each)) if each.isdecimal() else each for each in typed[:40] if not each.isspace() and each != "-")
    return digits if len(digits) == DIGITS and digits.isdecimal() else ""
