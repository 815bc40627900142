"""Finding any change in a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from foundation.progress.chain import GENESIS, Content, entry_hash


class Matter(Protocol):
    """What a matter keeps of its timeline."""

    @property
    def reference(self) -> str: ...  # noqa: D102
    @property
    def progress_length(self) -> int: ...  # noqa: D102
    @property
    def progress_head(self) -> Any: ...  # noqa: D102


class Entry(Protocol):
    """What of an entry the chain covers; :class:`foundation.progress.models.TimelineEntry` has it all."""

    @property
    def sequence(self) -> int: ...  # noqa: D102
    @property
    def salt(self) -> Any: ...  # noqa: D102
    @property
    def previous_hash(self) -> Any: ...  # noqa: D102
    @property
    def hash(self) -> Any: ...  # noqa: D102
    def content(self, matter_reference: str, /) -> Content: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class TimelineFinding:
    """One place where a timeline is not what was sealed."""

    matter: str
    sequence: int
    what: str


def check_entries(*, matter: Matter, entries: Iterable[Entry]) -> Iterator[TimelineFinding]:
    """Yield what is wrong with one matter's entries, given in order; the matter tells its ``progress_length`` and ``progress_head``."""
    head, length = GENESIS, 0
    for entry in entries:
        length += 1
        if entry.sequence != length:
            yield TimelineFinding(matter=matter.reference, sequence=entry.sequence, what=f"expected number {length}")
            length = entry.sequence
        previous, sealed = bytes(entry.previous_hash), bytes(entry.hash)
        if previous != head:
            yield TimelineFinding(matter=matter.reference, sequence=entry.sequence, what="does not follow the entry before it")
        if sealed != entry_hash(previous=previous, salt=bytes(entry.salt), content=entry.content(matter.reference)):
            yield TimelineFinding(matter=matter.reference, sequence=entry.sequence, what="was changed after it was sealed")
        head = sealed
    if (length, head) != (matter.progress_length, bytes(matter.progress_head)):
        what = "the timeline does not end where it was left" if length else "every entry is gone"
        yield TimelineFinding(matter=matter.reference, sequence=matter.progress_length, what=what)
