"""What a code opens: the same shape for a case, an application, an appointment or a complaint.

Nothing in it names a person concerned or tells what happened; who needs more signs in. Texts are in the language that is
active when the matter is resolved. The field names are those of the API's answer to ``POST /inquiries/``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Status:
    """Where the matter stands: a stable code, and its name. What happens next, by when and who to ask stand beside it."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Handler:
    """The unit that handles the matter. ``phone`` is its public one, never an officer's own."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """What happens next. ``by`` is the end of the last day, if a rule sets one; ``explanation`` says in steps how it was computed."""

    text: str
    by: datetime | None = None
    explanation: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One entry of the timeline. A withheld one has an empty ``text`` and its ground; ``hash`` is its link of the chain, in hex.

    ``label`` and ``ground_label`` name ``status`` and ``withheld_ground`` in the active language, for pages.
    """

    sequence: int
    at: datetime
    status: str
    label: str
    text: str
    text_language: str
    withheld_ground: str = ""
    ground_label: str = ""
    hash: str = ""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A matter as whoever holds its code may see it. Without ``status`` only the unit may be told."""

    kind: str
    reference: str
    title: str
    status: Status | None
    handled_by: Handler
    next_step: NextStep | None
    progress: tuple[Step, ...]
