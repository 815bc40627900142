"""Blind indexes: find an encrypted value by a keyed hash of it."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from foundation.encryption.keys import blind_index_keys

SIZE = 16


def blind_index(purpose: str, value: str) -> bytes:
    """Return the 16 bytes under which a value is found among those of the same purpose.

    HMAC-SHA256 over the value in compatibility form (NFKC), trimmed and in capitals, cut to 16 bytes. Whoever holds the
    index key can try all phone numbers, so it is as precious as the data keys; without it the index says only which rows
    hold the same value. Purposes do not match each other.
    """
    return blind_indexes(purpose, value)[0]


def blind_indexes(purpose: str, value: str) -> tuple[bytes, ...]:
    """Return the index under the newest key and, while keys are rotated, those under the older ones."""
    plain = unicodedata.normalize("NFKC", value).strip().upper().encode()
    return tuple(hmac.digest(key, plain, hashlib.sha256)[:SIZE] for key in blind_index_keys(f"blind-index/{purpose}"))


class IndexedValue(bytes):
    """The index of a value under the newest key that, compared in SQL, also finds what an older key has indexed."""

    every: tuple[bytes, ...]

    @classmethod
    def of(cls, digests: tuple[bytes, ...]) -> IndexedValue:
        """Return the first of the digests, which knows the others."""
        value = cls(digests[0])
        value.every = digests
        return value
