"""Requests signed by HMAC-SHA256 as the Chinese clouds do it, in both directions: docs/providers.md."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

ALGORITHM: Final = "HMAC-SHA256-V3"
WINDOW: Final = timedelta(seconds=300)
CONTENT_TYPE: Final = "application/json; charset=utf-8"
SIGNED: Final = ("content-type", "host", "x-content-sha256", "x-nonce", "x-timestamp")

_AUTHORIZATION: Final = re.compile(
    rf"{ALGORITHM} Credential=([A-Za-z0-9_.-]{{1,64}}), ?SignedHeaders=([a-z0-9;-]{{1,500}}), ?Signature=([0-9a-f]{{64}})"
)
_NONCE: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, kw_only=True)
class Key:
    """A pair of the name by which a key is known and the secret."""

    key_id: str
    secret: str

    @classmethod
    def read(cls, text: str) -> Key:
        """Return the key written as ``id:secret``."""
        key_id, _colon, secret = text.partition(":")
        return cls(key_id=key_id, secret=secret)


class NotSigned(Exception):
    """The request is not signed as it must be. ``reason`` is one word for logs."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def signed_headers(*, method: str, url: str, body: bytes, key: Key, nonce: str, now: datetime) -> dict[str, str]:
    """Return the headers to send with a request, the signature among them."""
    parts = urlsplit(url)
    headers = {
        "Content-Type": CONTENT_TYPE,
        "Host": parts.netloc,
        "X-Content-SHA256": hashlib.sha256(body).hexdigest(),
        "X-Nonce": nonce,
        "X-Timestamp": str(int(now.timestamp())),
    }
    lower = {name.lower(): value for name, value in headers.items()}
    signature = _signature(method=method, path=parts.path, query=parts.query, headers=lower, names=SIGNED, secret=key.secret)
    return {**headers, "Authorization": f"{ALGORITHM} Credential={key.key_id}, SignedHeaders={';'.join(SIGNED)}, Signature={signature}"}


def verify(*, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, key: Key, now: datetime) -> str:
    """Return the nonce of a request that is signed with the key and fresh; raise :class:`NotSigned`.

    ``headers`` have names in lower case. The caller has to remember the nonce for twice the window: a signature does not stop a replay.
    """
    match = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if match is None:
        raise NotSigned("signature_missing")
    key_id, listed, given = match.groups()
    names = tuple(listed.split(";"))
    if names != tuple(sorted(set(names))) or not set(SIGNED) <= set(names):
        raise NotSigned("signature_missing")
    if not key.secret or not hmac.compare_digest(key_id.encode(), key.key_id.encode()):
        raise NotSigned("key_unknown")
    wanted = _signature(method=method, path=path, query=query, headers=headers, names=names, secret=key.secret)
    if not hmac.compare_digest(wanted, given):
        raise NotSigned("signature_wrong")
    if not hmac.compare_digest(hashlib.sha256(body).hexdigest(), headers["x-content-sha256"]):
        raise NotSigned("digest_mismatch")
    if abs(now - _moment(headers["x-timestamp"])) > WINDOW:
        raise NotSigned("signature_stale")
    if not _NONCE.fullmatch(headers["x-nonce"]):
        raise NotSigned("signature_missing")
    return headers["x-nonce"]


def _moment(text: str) -> datetime:
    if not (text.isascii() and text.isdecimal() and len(text) <= 11):
        raise NotSigned("signature_missing")
    return datetime.fromtimestamp(int(text), tz=UTC)


def _signature(*, method: str, path: str, query: str, headers: Mapping[str, str], names: tuple[str, ...], secret: str) -> str:
    lines = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names)
    sorted_query = "&".join(sorted(query.split("&"))) if query else ""
    canonical = "\n".join((method, path, sorted_query, lines, ";".join(names), headers.get("x-content-sha256", "")))
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.digest(secret.encode(), to_sign.encode(), hashlib.sha256).hex()
