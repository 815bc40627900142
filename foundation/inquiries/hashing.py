"""How the secret of a typed code is stored: a keyed hash, then Argon2id.

The pepper (a sub-key of ``INDEX_KEY``) makes a stolen database worthless by itself; Argon2id with OWASP's parameters
makes one together with the key cost 15,000 core-years a code. The selector goes into the keyed hash, so that a stored hash
fits no other row.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type, hash_secret, verify_secret

from foundation.encryption.keys import index_key
from foundation.inquiries.codes import TypedCode
from foundation.limits.slow_hashes import slow_hash_slot

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
SALT_BYTES = 16
HASH_BYTES = 32


def hash_code(code: TypedCode) -> str:
    """Return the stored form of a code's secret, a PHC string. Takes a core for 30 ms; may raise ``Unavailable``."""
    with slow_hash_slot():
        return hash_secret(_peppered(code), os.urandom(SALT_BYTES), PASSES, MEMORY_KIB, LANES, HASH_BYTES, Type.ID).decode()


def is_right(code: TypedCode, stored: str | None) -> bool:
    """Whether the code's secret is the stored one. Costs the same single Argon2 when nothing is stored; may raise ``Unavailable``."""
    with slow_hash_slot():
        return verify_argon2(stored or _STORED_BY_NOBODY, _peppered(code)) and stored is not None


def verify_argon2(stored: str, peppered: bytes) -> bool:
    """Run Argon2 once and compare. The one place where it runs for a look-up: tests count its calls."""
    try:
        return verify_secret(stored.encode(), peppered, Type.ID)
    except VerifyMismatchError:
        return False


def _peppered(code: TypedCode) -> bytes:
    return hmac.digest(index_key("inquiry-code"), f"{code.selector}\0{code.secret}".encode(), hashlib.sha256)


def _phc_of_noise() -> str:
    """Return a stored form with the present parameters that no secret fits: what unknown selectors are compared with."""
    salt, noise = (base64.b64encode(os.urandom(size)).decode().rstrip("=") for size in (SALT_BYTES, HASH_BYTES))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${noise}"


_STORED_BY_NOBODY = _phc_of_noise()
