"""What a reader sees of a timeline: corrections beside what they correct, withheld words gone but their place kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from cases.domain.publication import Ground
from cases.domain.statuses import Status


class Entry(Protocol):
    """What of an entry is shown. Nobody writes it here, so a model's column may be narrower than what is asked for."""

    @property
    def sequence(self) -> int: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def text_en(self) -> str: ...  # noqa: D102
    @property
    def text_zh(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102
    @property
    def publication(self) -> str: ...  # noqa: D102
    @property
    def ground(self) -> str: ...  # noqa: D102
    @property
    def refers_to(self) -> int | None: ...  # noqa: D102
    @property
    def is_late(self) -> bool: ...  # noqa: D102
    @property
    def hash(self) -> bytes | memoryview: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    """One step as a reader sees it. ``corrected_by`` and ``corrects`` are sequences of other steps of the same timeline.

    One that ``is_of_joined`` stands in the timeline of the case with which the reader's own was joined.
    """

    sequence: int
    at: datetime
    kind: str
    status: str
    text_en: str = ""
    text_zh: str = ""
    detail: str = ""
    withheld_ground: str = ""
    corrects: int | None = None
    corrected_by: int | None = None
    is_late: bool = False
    hash: str = ""
    is_of_joined: bool = False

    @property
    def status_label(self) -> str:
        """The step's name in the language of the page."""
        return str(Status(self.status).label)

    @property
    def ground_label(self) -> str:
        """Why words are withheld, in the language of the page."""
        return str(Ground(self.withheld_ground).label) if self.withheld_ground else ""


# Entries that only say something of another one: they are shown at that other one, not as steps of their own.
_ABOUT_ANOTHER = frozenset({"withheld", "released"})


def shown_entries(entries: Iterable[Entry], *, with_detail: bool) -> list[ShownEntry]:
    """Return the steps in order, as the holder of a receipt sees them; a verified party also sees the officers' own words.

    An entry withheld afterwards loses its words and keeps place, day and step; one that was released has them again.
    """
    listed = list(entries)
    grounds = {entry.sequence: entry.ground for entry in listed if entry.publication == "withheld"}
    corrected_by: dict[int, int] = {}
    for entry in listed:
        if entry.refers_to is None:
            continue
        if entry.kind == "withheld":
            grounds[entry.refers_to] = entry.ground
        elif entry.kind == "released":
            grounds.pop(entry.refers_to, None)
        elif entry.kind == "correction":
            corrected_by[entry.refers_to] = entry.sequence
    return [
        _shown(entry, ground=grounds.get(entry.sequence, ""), corrected_by=corrected_by.get(entry.sequence), with_detail=with_detail)
        for entry in listed
        if entry.kind not in _ABOUT_ANOTHER
    ]


def _shown(entry: Entry, *, ground: str, corrected_by: int | None, with_detail: bool) -> ShownEntry:
    step = ShownEntry(
        sequence=entry.sequence,
        at=entry.at,
        kind=entry.kind,
        status=entry.status,
        corrects=entry.refers_to if entry.kind == "correction" else None,
        corrected_by=corrected_by,
        is_late=entry.is_late,
        hash=bytes(entry.hash).hex(),
        withheld_ground=ground,
    )
    if ground:
        return step
    return replace(step, text_en=entry.text_en, text_zh=entry.text_zh, detail=entry.detail if with_detail else "")
