"""Proofs that a record is in the log (c2sp.org/tlog-proof): short, offline, checked with the log's public key alone."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.transparency.checkpoints import Checkpoint, open_checkpoint, read_number
from foundation.transparency.merkle import HASH_BYTES, LONGEST_PROOF, BadProof, check_inclusion
from foundation.transparency.notes import LARGEST_NOTE, BadNote, Verifier, from_base64
from foundation.transparency.records import BadRecord, Record

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MEDIA_TYPE = "text/plain; charset=utf-8"
LARGEST_PROOF = LARGEST_NOTE


class NotGenuine(Exception):
    """The proof proves nothing. ``code`` says why: ``malformed``, ``not_signed``, ``not_included``."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The parts of a proof, none of them checked yet. ``extra`` is the record; ``checkpoint`` is the signed note, byte for byte."""

    extra: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    @property
    def text(self) -> str:
        """The file ``.tlog-proof``."""
        lines = [FIRST_LINE, f"extra {base64.b64encode(self.extra).decode()}", f"index {self.index}"]
        lines += [base64.b64encode(each).decode() for each in self.path]
        return "\n".join([*lines, "", self.checkpoint.decode()])

    @classmethod
    def parse(cls, data: bytes) -> Proof:
        """Read a proof; raise :class:`NotGenuine` for what is none."""
        if len(data) > LARGEST_PROOF:
            raise NotGenuine("malformed", "it is too large")
        head, gap, checkpoint = data.partition(b"\n\n")
        try:
            first, extra, index, *path = head.decode("ascii").split("\n")
        except (UnicodeDecodeError, ValueError) as error:
            raise NotGenuine("malformed", "its first lines are not those of a proof") from error
        record = from_base64(extra.removeprefix("extra "))
        number = read_number(index.removeprefix("index "))
        hashes = [from_base64(each) for each in path]
        is_framed = first == FIRST_LINE and bool(gap) and extra.startswith("extra ") and index.startswith("index ")
        if not is_framed or record is None or number is None or len(hashes) > LONGEST_PROOF:
            raise NotGenuine("malformed", "its first lines are not those of a proof")
        found = tuple(each for each in hashes if each is not None and len(each) == HASH_BYTES)
        if len(found) != len(hashes):
            raise NotGenuine("malformed", "a line of it is no hash")
        return cls(extra=record, index=number, path=found, checkpoint=checkpoint)


@dataclass(frozen=True, kw_only=True)
class Genuine:
    """What a proof that holds says."""

    record: Record
    index: int
    checkpoint: Checkpoint


def check_proof(data: bytes, verifiers: Sequence[Verifier]) -> Genuine:
    """Return what a proof says once its signature and its path hold; raise :class:`NotGenuine` otherwise. Takes less than a millisecond."""
    proof = Proof.parse(data)
    try:
        record = Record.parse(proof.extra)
    except BadRecord as error:
        raise NotGenuine("malformed", str(error)) from error
    try:
        checkpoint = open_checkpoint(proof.checkpoint, verifiers)
    except BadNote as error:
        raise NotGenuine("not_signed", str(error)) from error
    try:
        check_inclusion(leaf=record.hash, index=proof.index, size=checkpoint.size, proof=proof.path, root=checkpoint.root)
    except BadProof as error:
        raise NotGenuine("not_included", str(error)) from error
    return Genuine(record=record, index=proof.index, checkpoint=checkpoint)
