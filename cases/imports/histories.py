"""What an import knows of a case, whatever the format it came in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from cases.models import Category
from foundation.organisations.models import Organisation

# Where a step stands among the others of its case: its moment, then its order within that moment. The stage of a case is that of
# the step with the highest place, so it does not depend on which file was imported first.
Place = tuple[datetime, int]
BEFORE_ALL: Place = (datetime.min.replace(tzinfo=UTC), 0)

# Tells the place of an entry that an earlier import stored, from its ``source_key`` and its moment.
PlaceOf = Callable[[str, datetime], Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStep:
    """One step of a case as its source tells it. ``key`` is unique within the case and the same whenever the source is read again."""

    key: str
    at: datetime
    place: Place
    status: str
    closes: bool = False
    text_en: str = ""
    text_zh: str = ""
    detail: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What a new case is made of. A case that the hall has already keeps what it has."""

    unit: Organisation
    category: Category
    reported_at: datetime
    publication: str
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHistory:
    """A case of the source with its steps in the order of their places; without ``facts``, one that the hall must know already."""

    source_case_id: str
    facts: CaseFacts | None
    steps: tuple[PastStep, ...]
