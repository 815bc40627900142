"""Signed notes (c2sp.org/signed-note) with Ed25519 keys, and the timestamped cosignatures of witnesses (c2sp.org/tlog-cosignature)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4
LARGEST_NOTE = 64_000
MOST_SIGNATURES = 64
DASH = "\u2014 "


class BadNote(Exception):
    """It is no signed note, or nobody known has signed it. The text says which, for operators and tests."""


def is_key_name(name: str) -> bool:
    """Whether a key may be called so: not empty, no space of any kind, no plus, nothing that ends a line."""
    return bool(name) and not any(letter.isspace() or letter == "+" or ord(letter) < 32 for letter in name)


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One signature line: whose it says it is, and its bytes."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line with its end."""
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True, kw_only=True)
class Note:
    """A text with its signatures, none of them checked yet. ``text`` ends with a newline."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: bytes) -> Note:
        """Read a note; raise :class:`BadNote` for anything that the specification does not allow."""
        if len(note) > LARGEST_NOTE:
            raise BadNote("the note is too large")
        try:
            whole = note.decode()
        except UnicodeDecodeError as error:
            raise BadNote("the note is not UTF-8") from error
        if any(ord(letter) < 32 and letter != "\n" for letter in whole):
            raise BadNote("the note has control characters")
        text, gap, lines = whole.rpartition("\n\n")
        if not gap or not text or not lines.endswith("\n"):
            raise BadNote("the note has no signatures")
        signatures = [_signature(line) for line in lines.removesuffix("\n").split("\n")]
        if len(signatures) > MOST_SIGNATURES:
            raise BadNote("the note has too many signatures")
        return cls(text=text + "\n", signatures=tuple(signatures))

    def __bytes__(self) -> bytes:
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not space or not is_key_name(name):
        raise BadNote("a signature line is malformed")
    value = from_base64(encoded)
    if value is None or len(value) < 5:
        raise BadNote("a signature is malformed")
    return Signature(name=name, key_id=value[:4], value=value[4:])


def from_base64(text: str) -> bytes | None:
    """Return what a text of RFC 4648, section 4, holds, or ``None`` unless it is written in the one right way."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    # Bits behind the last byte could be anything: two texts must not stand for the same bytes.
    return value if base64.b64encode(value).decode() == text else None


@dataclass(frozen=True, kw_only=True)
class Verifier:
    """A public key by name: of a log, or of a witness where ``kind`` is ``COSIGNATURE``."""

    name: str
    public_key: bytes
    kind: int = ED25519

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read a verifier key, ``name+id+key``; raise :class:`BadNote` when it is none, or of another kind of key."""
        name, _plus, rest = vkey.strip().partition("+")
        key_id, plus, encoded = rest.partition("+")
        key = from_base64(encoded)
        if not plus or not is_key_name(name) or key is None or len(key) != 33 or key[0] not in (ED25519, COSIGNATURE):
            raise BadNote("this is no verifier key of Ed25519")
        found = cls(name=name, public_key=key[1:], kind=key[0])
        if found.key_id.hex() != key_id:
            raise BadNote("the verifier key's id is not that of its key")
        return found

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public_key).decode()}"

    def owns(self, signature: Signature) -> bool:
        """Whether the signature says that it was made by this key."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def check(self, signature: Signature, text: str) -> None:
        """Raise :class:`BadNote` unless this key has signed the text."""
        value, message = signature.value, text.encode()
        if self.kind == COSIGNATURE:
            stamp, value = value[:8], value[8:]
            message = _cosigned(int.from_bytes(stamp), text)
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(value, message)
        except (InvalidSignature, ValueError) as error:
            raise BadNote(f"the signature of {self.name} is wrong") from error


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A private key by name."""

    name: str
    seed: bytes
    kind: int = ED25519

    @property
    def verifier(self) -> Verifier:
        """Its public half."""
        return Verifier(name=self.name, public_key=self._key.public_key().public_bytes_raw(), kind=self.kind)

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, text: str, *, at: datetime | None = None) -> Signature:
        """Sign a text that ends with a newline; a cosignature needs the moment."""
        stamp, message = b"", text.encode()
        if self.kind == COSIGNATURE:
            seconds = int((at or datetime.now(UTC)).timestamp())
            stamp, message = seconds.to_bytes(8), _cosigned(seconds, text)
        return Signature(name=self.name, key_id=self.verifier.key_id, value=stamp + self._key.sign(message))


def _cosigned(seconds: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def check_note(note: Note, verifiers: Sequence[Verifier]) -> list[Verifier]:
    """Return whose of the known keys have signed; raise :class:`BadNote` if none has, or if a signature of one of them is wrong."""
    signed = []
    for signature in note.signatures:
        for verifier in verifiers:
            if verifier.owns(signature):
                verifier.check(signature, note.text)
                signed.append(verifier)
    if not signed:
        raise BadNote("nobody known has signed this")
    return signed
