"""Keys: one per purpose, derived from the few that the settings hold (HKDF, RFC 5869)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.signals import setting_changed

from foundation.encryption.sealing import KeyRing

_SIZE = 32


@lru_cache(maxsize=256)
def derive(key: bytes, purpose: str) -> bytes:
    """Return the 32-byte key of one purpose. A key that leaks for one purpose opens nothing of another."""
    return HKDF(hashes.SHA256(), _SIZE, salt=None, info=f"sunshine-hall/{purpose}".encode()).derive(key)


def index_key(purpose: str) -> bytes:
    """Return the sub-key of ``INDEX_KEY`` for blind indexes, peppers and the like."""
    return derive(settings.INDEX_KEY, purpose)


def blind_index_keys(purpose: str) -> tuple[bytes, ...]:
    """Return the sub-keys of blind indexes, newest first: more than one only while they are rotated."""
    return tuple(derive(key, purpose) for key in settings.BLIND_INDEX_KEYS or (settings.INDEX_KEY,))


@lru_cache(maxsize=256)
def key_ring(purpose: str) -> KeyRing:
    """Return the ring of sub-keys of ``DATA_KEYS`` for one purpose, newest first."""
    keys: Mapping[str, bytes] = settings.DATA_KEYS
    return KeyRing({identifier: derive(key, purpose) for identifier, key in keys.items()})


def _forget(*, setting: str, **_: object) -> None:
    """Let a test that overrides the keys see them at once."""
    if setting == "DATA_KEYS":
        key_ring.cache_clear()


setting_changed.connect(_forget, dispatch_uid="encryption.keys")
