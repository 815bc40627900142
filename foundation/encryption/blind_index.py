"""Blind indexes: find an encrypted value by a keyed hash of it."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from foundation.encryption.keys import index_key

SIZE = 16


def blind_index(purpose: str, value: str) -> bytes:
    """Return the 16 bytes under which a value is found among those of the same purpose.

    HMAC-SHA256 over the value in compatibility form (NFKC), trimmed and in capitals, cut to 16 bytes. Whoever holds the
    index key can try all phone numbers, so it is as precious as the data keys; without it the index says only which rows
    hold the same value. Purposes do not match each other.
    """
    plain = unicodedata.normalize("NFKC", value).strip().upper()
    return hmac.digest(index_key(f"blind-index/{purpose}"), plain.encode(), hashlib.sha256)[:SIZE]
