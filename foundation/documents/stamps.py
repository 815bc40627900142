"""The stamp: what the QR code of a paper says of it, signed, so that a phone can check it with the network off.

Layout: version (1 byte, 1) | key id (4) | kind (1) | issued (2, days since 2020-01-01, big-endian) | valid until (2, 0 for ever) |
print (8, the first bytes of the SHA-256 over what is printed) | length of number (1) | number (ASCII) | holder, masked (UTF-8) |
Ed25519 signature (64, RFC 8032) over the ASCII text ``sunshine-hall/stamp/1`` with a zero byte and all that stands before it.
The QR code holds ``https://HOST/verify/#`` and this in base64url without padding: a fragment reaches no server unless its owner sends it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from foundation.documents.sheets import Sheet

VERSION: Final = 1
CONTEXT: Final = b"sunshine-hall/stamp/1\0"
PRINT_BYTES: Final = 8
LONGEST: Final = 400
_EPOCH = date(2020, 1, 1)
_HEAD = struct.Struct(">B4sBHH8sB")
_SIGNATURE = 64
# Never renumbered: papers last longer than programs.
KINDS: Final = {
    1: "receipt",
    2: "acceptance",
    3: "supplement-notice",
    4: "decision",
    5: "certificate",
    6: "appointment-pass",
    7: "log-proof",
}
_KIND_NUMBERS = {name: number for number, name in KINDS.items()}


class StampRefused(ValueError):
    """This is no stamp of the hall: not readable, of a key that nobody published, or signed by nobody."""


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What the QR code says of a paper. ``holder`` is masked: the square shows no more than the paper does."""

    kind: str
    number: str
    issued_on: date
    valid_until: date | None
    print: bytes
    holder: str = ""


def print_of(sheet: Sheet) -> bytes:
    """Return the fingerprint of what the sheet says: title, number, office, dates, facts and parts, but not its squares."""
    said = asdict(sheet)
    del said["squares"]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).digest()[:PRINT_BYTES]


def key_id(key: Ed25519PublicKey) -> bytes:
    """Return the four bytes by which a stamp names its key."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:4]


def sign_stamp(stamp: Stamp, *, key: Ed25519PrivateKey) -> str:
    """Return the stamp as it stands after ``#`` in the QR code: about 140 characters."""
    number = stamp.number.encode("ascii")
    until = _days(stamp.valid_until) if stamp.valid_until else 0
    head = _HEAD.pack(VERSION, key_id(key.public_key()), _KIND_NUMBERS[stamp.kind], _days(stamp.issued_on), until, stamp.print, len(number))
    said = head + number + stamp.holder.encode()
    return base64.urlsafe_b64encode(said + key.sign(CONTEXT + said)).decode().rstrip("=")


def read_stamp(text: str, *, keys: Mapping[bytes, Ed25519PublicKey]) -> Stamp:
    """Return what a published key has signed; raise :class:`StampRefused` for anything else. ``keys`` maps key ids to keys."""
    signed = _bytes(text)
    if len(signed) < _HEAD.size + _SIGNATURE:
        raise StampRefused("too short")
    said, signature = signed[:-_SIGNATURE], signed[-_SIGNATURE:]
    version, identifier, kind, issued, until, printed, length = _HEAD.unpack_from(said)
    if version != VERSION or identifier not in keys:
        raise StampRefused("not of a key that is published")
    try:
        keys[identifier].verify(signature, CONTEXT + said)
        rest = said[_HEAD.size :]
        return Stamp(
            kind=KINDS[kind],
            number=rest[:length].decode("ascii"),
            issued_on=_EPOCH + timedelta(days=issued),
            valid_until=_EPOCH + timedelta(days=until) if until else None,
            print=printed,
            holder=rest[length:].decode(),
        )
    except InvalidSignature as error:
        raise StampRefused("altered") from error
    except (KeyError, UnicodeDecodeError) as error:
        raise StampRefused("not readable") from error


def _days(day: date) -> int:
    return (day - _EPOCH).days


def _bytes(text: str) -> bytes:
    """Read base64url strictly: one text for each stamp, so that an altered character is never the same stamp."""
    text = text.strip()
    if len(text) > LONGEST:
        raise StampRefused("too long")
    try:
        signed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise StampRefused("not base64url") from error
    if base64.urlsafe_b64encode(signed).decode().rstrip("=") != text:
        raise StampRefused("not base64url")
    return signed
