"""Checkpoints (c2sp.org/tlog-checkpoint): the signed size and root of the log."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.transparency.merkle import HASH_BYTES
from foundation.transparency.notes import BadNote, Note, Signer, Verifier, check_note, from_base64

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


def read_number(text: str) -> int | None:
    """Return a decimal number without leading zeroes that fits 63 bits, or ``None``."""
    if not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    return number if number < 2**63 else None


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """How large the log of that origin was, and its root. ``extensions`` are what another log may have added; the hall adds none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note; raise :class:`BadNote` when it is no checkpoint."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines):
            raise BadNote("the checkpoint does not have its three lines")
        size, root = read_number(lines[1]), from_base64(lines[2])
        if size is None:
            raise BadNote("the checkpoint's size is no number")
        if root is None or len(root) != HASH_BYTES:
            raise BadNote("the checkpoint's root is no hash")
        return cls(origin=lines[0], size=size, root=root, extensions=tuple(lines[3:]))

    @property
    def text(self) -> str:
        """The note's text."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, base64.b64encode(self.root).decode(), *self.extensions))

    def signed(self, signer: Signer) -> bytes:
        """Return the signed note."""
        return bytes(Note(text=self.text, signatures=(signer.sign(self.text),)))


def open_checkpoint(note: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    """Return the checkpoint of a note that a key of its own origin has signed; raise :class:`BadNote` for any other."""
    parsed = Note.parse(note)
    checkpoint = Checkpoint.parse(parsed.text)
    check_note(parsed, [verifier for verifier in verifiers if verifier.name == checkpoint.origin])
    return checkpoint
