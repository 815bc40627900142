"""What stands in the log for a row of the record: a line that commits to the row and tells nothing of what it says.

Its Merkle leaf hash is at the same time the link of the bureau's chain: the next record of the bureau names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from foundation.transparency.checkpoints import read_number
from foundation.transparency.merkle import HASH_BYTES, leaf_hash

VERSION: Final = "hall-record/v1"
FIRST: Final = bytes(HASH_BYTES).hex()
# Its groups are kind, bureau, position, previous and commitment. A verifier reads a million records by it.
SHAPE: Final = re.compile(
    VERSION.encode() + rb"\n([a-z]{1,12})\n([0-9]{6})\n([1-9][0-9]{0,18})\n([0-9a-f]{64})\n([0-9a-f]{64})\n",
)


class BadRecord(Exception):
    """It is no record of a hall's log."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One leaf.

    ``kind`` says what was written (``case`` a step of a case, ``deed`` what somebody did, ``look`` who looked), ``bureau`` where,
    ``position`` is its number in that bureau's chain from 1 on, ``previous`` the leaf hash of the bureau's record before, and
    ``commitment`` the salted hash of the row; both hashes in hex.
    """

    kind: str
    bureau: str
    position: int
    previous: str
    commitment: str

    def __bytes__(self) -> bytes:
        return written(self.kind, self.bureau, self.position, self.previous, self.commitment)

    @classmethod
    def parse(cls, data: bytes) -> Record:
        """Read a record; raise :class:`BadRecord` for anything that the hall would not have written."""
        found = SHAPE.fullmatch(data)
        if not found:
            raise BadRecord("it does not have the lines of a record")
        kind, bureau, position, previous, commitment = (part.decode() for part in found.groups())
        number = read_number(position)
        if not number:
            raise BadRecord("its position is no number")
        return cls(kind=kind, bureau=bureau, position=number, previous=previous, commitment=commitment)

    @property
    def hash(self) -> bytes:
        """The leaf hash, which the bureau's next record names as ``previous``."""
        return leaf_hash(bytes(self))


def written(kind: str, bureau: str, position: int, previous: str, commitment: str) -> bytes:
    """Return a record's bytes; the hashes are given in hex. Called for each of a million rows, so it takes the parts as they are."""
    return f"{VERSION}\n{kind}\n{bureau}\n{position}\n{previous}\n{commitment}\n".encode()
