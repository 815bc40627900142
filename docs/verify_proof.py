"""Check a proof of a hall's public log without the hall: Python 3.11 and the package ``cryptography``, nothing else.

    python verify_proof.py receipt.tlog-proof --key 'hall.example.gov/log+1a2b3c4d+AZ...'

The key stands on the hall's page ``/log/``; take it from somewhere that the hall does not control, such as a newspaper or an earlier
visit. With ``--checkpoint FILE`` the proof's checkpoint is compared with one that you kept: of one size there is one root.

Formats: c2sp.org/tlog-proof, c2sp.org/tlog-checkpoint, c2sp.org/signed-note; hashes: RFC 6962. Ends with 0 for a genuine proof,
1 for any other, 2 when it was called wrongly.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 1
KINDS = {"case": "a step in the progress of a case", "deed": "something that somebody did", "look": "a look at a matter"}


class NotGenuine(Exception):
    """Why the proof proves nothing."""


@dataclass(frozen=True)
class Key:
    """A verifier key: ``name+id+base64``."""

    name: str
    id: bytes
    public: bytes

    @classmethod
    def read(cls, text: str) -> Key:
        """Read a key; raise ``ValueError`` when it is none."""
        name, key_id, encoded = text.strip().split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
        if len(key) != 33 or key[0] != ED25519 or key_id != expected.hex():
            raise ValueError("this is no Ed25519 verifier key")
        return cls(name, expected, key[1:])


@dataclass(frozen=True)
class Checkpoint:
    """The size and root of the log that its key has signed."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def open(cls, note: str, key: Key) -> Checkpoint:
        """Return the checkpoint of a signed note once the key's signature holds."""
        text, gap, signatures = note.rpartition("\n\n")
        if not gap:
            raise NotGenuine("the checkpoint is not signed")
        text += "\n"
        origin, size, root, *_more = text.split("\n")
        if origin != key.name:
            raise NotGenuine(f"it is a proof of the log {origin!r}, not of {key.name!r}")
        if not any(_signed(line, text, key) for line in signatures.splitlines()):
            raise NotGenuine("the checkpoint is not signed by the log's key")
        return cls(origin, _number(size), _hash(root))


def _signed(line: str, text: str, key: Key) -> bool:
    dash, name, encoded = [*line.split(" "), "", ""][:3]
    value = _base64(encoded) if dash == "\u2014" and name == key.name else b""
    if value[:4] != key.id:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value[4:], text.encode())
    except InvalidSignature as error:
        raise NotGenuine("the signature of the checkpoint is wrong") from error
    return True


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 19 or str(int(text)) != text:
        raise NotGenuine(f"{text!r} is no number")
    return int(text)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotGenuine("a line is not base64") from error


def _hash(text: str) -> bytes:
    value = _base64(text)
    if len(value) != 32:
        raise NotGenuine("a line is no hash")
    return value


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root to which an inclusion path leads (RFC 9162, section 2.1.3.2)."""
    if index >= size:
        raise NotGenuine("the log has no such entry")
    place, last = index, size - 1
    for sibling in path:
        if last == 0:
            raise NotGenuine("the path is too long")
        if place % 2 or place == last:
            leaf = hashlib.sha256(b"\x01" + sibling + leaf).digest()
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            leaf = hashlib.sha256(b"\x01" + leaf + sibling).digest()
        place, last = place // 2, last // 2
    if last:
        raise NotGenuine("the path is too short")
    return leaf


def check(proof: str, key: Key, kept: str = "") -> list[str]:
    """Return what a genuine proof says, line by line; raise :class:`NotGenuine` for any other."""
    head, gap, note = proof.partition("\n\n")
    lines = head.split("\n")
    if not gap or len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1" or lines[1][:6] != "extra " or lines[2][:6] != "index ":
        raise NotGenuine("this is no proof of a hall's log")
    record, index = _base64(lines[1][6:]), _number(lines[2][6:])
    checkpoint = Checkpoint.open(note, key)
    leaf = hashlib.sha256(b"\x00" + record).digest()
    if root_of(leaf, index, checkpoint.size, [_hash(line) for line in lines[3:]]) != checkpoint.root:
        raise NotGenuine("the entry is not in the log that was signed")
    if kept:
        other = Checkpoint.open(kept, key)
        if other.size == checkpoint.size and other.root != checkpoint.root:
            raise NotGenuine("the log was signed twice in two ways: keep both files, they prove it")
    return _said(record, index, checkpoint)


def _said(record: bytes, index: int, checkpoint: Checkpoint) -> list[str]:
    try:
        version, kind, bureau, position, _previous, commitment, _end = record.decode().split("\n")
    except ValueError as error:
        raise NotGenuine("the entry is no record of a hall") from error
    if version != "hall-record/v1":
        raise NotGenuine(f"the entry is a record of another version: {version!r}")
    return [
        f"what:       {KINDS.get(kind, kind)}",
        f"where:      bureau {bureau}, number {position} of its chain",
        f"commitment: {commitment}",
        f"log:        {checkpoint.origin}, entry {index} of {checkpoint.size}",
    ]


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description="Check a proof of a hall's public log.")
    parser.add_argument("proof", type=Path, help="the file .tlog-proof")
    parser.add_argument("--key", required=True, help="the log's verifier key")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint of the log that you kept")
    options = parser.parse_args()
    try:
        key = Key.read(options.key)
    except ValueError as error:
        parser.error(str(error))
    try:
        kept = options.checkpoint.read_text(encoding="utf-8") if options.checkpoint else ""
        said = check(options.proof.read_bytes().decode(), key, kept)
    except (NotGenuine, UnicodeDecodeError) as reason:
        print(f"NOT GENUINE: {reason}", file=sys.stderr)
        return 1
    print("GENUINE", *said, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
