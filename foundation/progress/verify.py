"""Finding any change in a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import models

from foundation.progress.chain import GENESIS, entry_hash
from foundation.progress.models import TimelineEntry


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One place where a timeline is not what was sealed."""

    matter: str
    sequence: int
    what: str

    def __str__(self) -> str:
        return f"{self.matter} entry {self.sequence}: {self.what}"


def timelines() -> tuple[type[TimelineEntry], ...]:
    """Return every concrete timeline of the hall."""
    return tuple(model for model in apps.get_models() if issubclass(model, TimelineEntry))


def check_entries(*, matter: Any, entries: Iterator[TimelineEntry] | list[TimelineEntry]) -> Iterator[Finding]:
    """Yield what is wrong with one matter's entries, given in order; the matter tells its ``progress_length`` and ``progress_head``."""
    head, length = GENESIS, 0
    for entry in entries:
        length += 1
        if entry.sequence != length:
            yield Finding(matter=matter.reference, sequence=entry.sequence, what=f"expected number {length}")
            length = entry.sequence
        if bytes(entry.previous_hash) != head:
            yield Finding(matter=matter.reference, sequence=entry.sequence, what="does not follow the entry before it")
        expected = entry_hash(previous=bytes(entry.previous_hash), salt=bytes(entry.salt), content=entry.content(matter.reference))
        if bytes(entry.hash) != expected:
            yield Finding(matter=matter.reference, sequence=entry.sequence, what="was changed after it was sealed")
        head = bytes(entry.hash)
    if (length, head) != (matter.progress_length, bytes(matter.progress_head)):
        yield Finding(matter=matter.reference, sequence=matter.progress_length, what="the timeline does not end where it was left")


def verify_timeline(model: type[TimelineEntry]) -> Iterator[Finding | int]:
    """Walk a whole timeline in constant memory; yield findings, and the number of entries of each matter that was checked."""
    entries = model._default_manager.select_related(model.MATTER).order_by(f"{model.MATTER}_id", "sequence").iterator(chunk_size=5000)
    for _pk, group in groupby(entries, key=lambda entry: getattr(entry, f"{model.MATTER}_id")):
        listed = list(group)
        yield from check_entries(matter=getattr(listed[0], model.MATTER), entries=listed)
        yield len(listed)
    yield from _emptied(model)


def _emptied(model: type[TimelineEntry]) -> Iterator[Finding]:
    """Matters that say they have a timeline and have none at all."""
    matters: type[models.Model] = model._meta.get_field(model.MATTER).related_model  # type: ignore[assignment]
    has_entries = model._default_manager.filter(**{model.MATTER: models.OuterRef("pk")})
    for matter in matters._default_manager.filter(~models.Exists(has_entries), progress_length__gt=0).iterator():
        yield Finding(matter=matter.reference, sequence=0, what="every entry is gone")  # type: ignore[attr-defined]
