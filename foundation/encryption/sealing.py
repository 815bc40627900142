"""Sealed values: AES-256-GCM with the key's id in front and the place it belongs to as associated data.

Layout: version (1 byte, 1) | length of key id (1 byte) | key id | nonce (12 bytes) | ciphertext with tag (16 bytes more than the text).
The associated data is the layout's head and the context, so that a value copied into another row, column or table, or
relabelled with another key id, does not open (ASVS 5.0: 11.3.2, 11.3.3).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
_NONCE = 12
_TAG = 16


class CannotOpen(Exception):
    """A sealed value was altered, moved, or sealed with a key that the ring no longer holds."""


class KeyRing:
    """Keys for one purpose by id, newest first: the newest seals, each opens what it sealed.

    Random nonces are safe for 2^32 values per key (NIST SP 800-38D, 8.3); with one derived key per column that is four
    thousand million writes before a rotation is due.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("a key ring needs a key")
        self._ciphers = {identifier.encode(): AESGCM(key) for identifier, key in keys.items()}
        self._newest = next(iter(self._ciphers))

    @property
    def head(self) -> bytes:
        """The bytes that every value sealed with the newest key begins with."""
        return bytes([VERSION, len(self._newest)]) + self._newest

    def seal(self, text: str, *, context: str) -> bytes:
        """Return the text sealed for one place, such as ``cases_party.phone:<primary key>``."""
        return self.seal_bytes(text.encode(), context=context)

    def seal_bytes(self, data: bytes, *, context: str) -> bytes:
        """Return bytes, such as those of a file, sealed for one place."""
        head, nonce = self.head, os.urandom(_NONCE)
        return head + nonce + self._ciphers[self._newest].encrypt(nonce, data, head + context.encode())

    def open(self, sealed: bytes, *, context: str) -> str:
        """Return the text that was sealed for this place; raise :class:`CannotOpen` for any other bytes or place."""
        return self.open_bytes(sealed, context=context).decode()

    def open_bytes(self, sealed: bytes, *, context: str) -> bytes:
        """Return the bytes that were sealed for this place; raise :class:`CannotOpen` for any others."""
        head_length = 2 + (sealed[1] if len(sealed) > 1 else 0)
        if len(sealed) < head_length + _NONCE + _TAG or sealed[0] != VERSION:
            raise CannotOpen("this is not a sealed value")
        head, nonce, rest = sealed[:head_length], sealed[head_length : head_length + _NONCE], sealed[head_length + _NONCE :]
        cipher = self._ciphers.get(head[2:])
        if cipher is None:
            raise CannotOpen(f"sealed with key {head[2:]!r}, which is not in HALL_DATA_KEYS")
        try:
            return cipher.decrypt(nonce, rest, head + context.encode())
        except InvalidTag as error:
            raise CannotOpen(f"altered, or not sealed for {context}") from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key sealed the value, by its label alone."""
        return sealed.startswith(self.head)
