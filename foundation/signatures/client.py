"""Sign a request the way the hall expects. Needs ``cryptography`` only, so that a back office can take it as it stands."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def signature_base(*, values: dict[str, str], parameters: str) -> str:
    """Return the text that is signed (RFC 9421, 2.5): one line per component, then the parameters."""
    lines = [f'"{name}": {value}' for name, value in values.items()]
    return "\n".join([*lines, f'"@signature-params": {parameters}'])


def signature_parameters(*, covered: tuple[str, ...], created: int, keyid: str, nonce: str) -> str:
    """Return the list of covered components with the parameters of the signature."""
    names = " ".join(f'"{name}"' for name in covered)
    return f'({names});created={created};keyid="{keyid}";alg="ed25519";nonce="{nonce}"'


def content_digest(body: bytes) -> str:
    """Return the value of Content-Digest (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sign_request(
    *, method: str, url: str, body: bytes, key: Ed25519PrivateKey, keyid: str, created: int | None = None, nonce: str | None = None
) -> dict[str, str]:
    """Return the three headers that sign a request; send ``url`` and ``body`` exactly as they are given here.

    ``url`` is absolute and percent-encoded, ``created`` is in seconds since 1970 and now unless given.
    """
    parts = urlsplit(url)
    authority = parts.netloc.rpartition("@")[2].lower().removesuffix({"http": ":80", "https": ":443"}[parts.scheme])
    values = {"@method": method.upper(), "@authority": authority, "@path": parts.path or "/", "content-digest": content_digest(body)}
    if parts.query:
        values["@query"] = f"?{parts.query}"
    parameters = signature_parameters(
        covered=tuple(values), created=created or int(time.time()), keyid=keyid, nonce=nonce or secrets.token_urlsafe(24)
    )
    signature = key.sign(signature_base(values=values, parameters=parameters).encode("ascii"))
    return {
        "Content-Digest": values["content-digest"],
        "Signature-Input": f"hall={parameters}",
        "Signature": f"hall=:{base64.b64encode(signature).decode()}:",
    }
