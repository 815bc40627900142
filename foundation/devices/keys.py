"""What the hall calls a key."""

from __future__ import annotations

import hashlib


def key_id_of(name: str, public_key: bytes) -> str:
    """Return what a machine writes into its signatures: its name and the beginning of its key's fingerprint."""
    return f"{name.lower()}-{hashlib.sha256(public_key).hexdigest()[:8]}"
