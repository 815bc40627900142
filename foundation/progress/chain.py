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
from functools import lru_cache

VERSION = 1
SALT_BYTES = 16
GENESIS = bytes(32)

Content = Mapping[str, str | int | bool | None]

# Made once: json.dumps would set an encoder up for each of a million imported entries.
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@lru_cache(maxsize=256)
def moment_text(moment: datetime) -> str:
    """Return a moment as the chain writes it: UTC with microseconds."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def entry_hash(*, previous: bytes, salt: bytes, content: Content) -> bytes:
    """Return the 32 bytes that seal an entry: SHA-256 of the previous hash and of the salted content's own SHA-256."""
    text = _canonical({"v": VERSION, **content})
    return hashlib.sha256(previous + hashlib.sha256(salt + text.encode()).digest()).digest()
