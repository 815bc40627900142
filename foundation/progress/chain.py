"""The hash chain of a timeline.

Each entry's hash covers its content and the hash before it, so that a change anywhere shows at that place, and a cut at the
end shows against the length and head kept with the matter. The content is canonical JSON: sorted keys, no spaces, UTF-8
(RFC 8785 for the types that occur here). A random salt keeps a published hash from confirming a guess at a withheld text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

VERSION = 1
SALT_BYTES = 16
GENESIS = bytes(32)

Content = Mapping[str, str | int | bool | None]


def moment_text(moment: datetime) -> str:
    """Return a moment as the chain writes it: UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_hash(*, previous: bytes, salt: bytes, content: Content) -> bytes:
    """Return the 32 bytes that seal an entry: SHA-256 of the previous hash and of the salted content's own SHA-256."""
    text = json.dumps({"v": VERSION, **content}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + hashlib.sha256(salt + text.encode()).digest()).digest()
