"""The signatures of the SMS provider (docs/providers.md), written apart from the hall's own, so that each proves the other."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

ALGORITHM: Final = "HMAC-SHA256-V3"
WINDOW: Final = 300
REQUIRED: Final = frozenset({"content-type", "host", "x-content-sha256", "x-nonce", "x-timestamp"})
JSON: Final = "application/json; charset=utf-8"
_AUTHORIZATION: Final = re.compile(rf"{ALGORITHM} Credential=([\w.-]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{{64}})")


class Refused(Exception):
    """A signature does not hold; the text is the code of the answer."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as far as it is signed; names of headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Nonces:
    """The nonces of the last minutes."""

    seen: dict[str, float] = field(default_factory=dict)

    def use(self, nonce: str, *, now: float) -> None:
        """Note a nonce; raise :class:`Refused` for one that came before."""
        self.seen = {each: at for each, at in self.seen.items() if at > now - 2 * WINDOW}
        if nonce in self.seen:
            raise Refused("signature.nonce_used")
        self.seen[nonce] = now


def check(asked: Asked, *, keys: Mapping[str, str], nonces: Nonces, now: float) -> None:
    """Raise :class:`Refused` unless the request was signed with one of the keys, as it is, and just now."""
    found = _AUTHORIZATION.fullmatch(asked.headers.get("authorization", ""))
    if not found:
        raise Refused("signature.missing")
    key, names, signature = found[1], found[2].split(";"), found[3]
    if key not in keys:
        raise Refused("key.unknown")
    is_whole = set(names) >= REQUIRED and names == sorted(names) and all(name in asked.headers for name in names)
    if not is_whole or not hmac.compare_digest(signature, _signature(asked, names, keys[key])):
        raise Refused("signature.invalid")
    if asked.headers["x-content-sha256"] != hashlib.sha256(asked.body).hexdigest():
        raise Refused("signature.invalid")
    stamp = asked.headers["x-timestamp"]
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(now - int(stamp)) > WINDOW:
        raise Refused("signature.expired")
    nonces.use(asked.headers["x-nonce"], now=now)


def signed(url: str, body: bytes, *, key: str, secret: str) -> dict[str, str]:
    """Return the headers of a ``POST``."""
    parts = urlsplit(url)
    headers = {
        "content-type": JSON,
        "host": parts.netloc,
        "x-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-nonce": secrets.token_hex(16),
        "x-timestamp": str(int(time.time())),
    }
    names = sorted(headers)
    asked = Asked(method="POST", path=parts.path, query=parts.query, headers=headers, body=body)
    mark = f"{ALGORITHM} Credential={key}, SignedHeaders={';'.join(names)}, Signature={_signature(asked, names, secret)}"
    return {**headers, "authorization": mark}


def _signature(asked: Asked, names: list[str], secret: str) -> str:
    query = "&".join(sorted(filter(None, asked.query.split("&"))))
    headers = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names)
    canonical = "\n".join((asked.method, asked.path, query, headers, ";".join(names), asked.headers["x-content-sha256"]))
    told = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()
