"""What a case system of the police may tell the hall, and what follows from it: values and rules, no tables.

Why messages are ordered, refused and held as they are stands in docs/decisions/0014-exchange-ordering.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cases.domain.policies import check_detail, check_not_future
from cases.domain.statuses import Status
from cases.domain.workflow import WORKFLOWS
from foundation.errors import Conflict, NotFound, RuleViolated

LARGEST_BATCH: Final = 500
FURTHEST_AHEAD: Final = 1000
# A feed's clock may be as wrong as its signature may be old; a step "from the future" is dated with our own moment.
CLOCK_SLIP: Final = timedelta(minutes=5)
EARLIEST: Final = datetime(1950, 1, 1, tzinfo=UTC)


class Action(TextChoices):
    """What a message does."""

    REGISTER = "register", _("Register a case")
    LINK = "link", _("Take over a case that the hall registered")
    PROGRESS = "progress", _("Tell a step or news")
    WITHHOLD = "withhold", _("Take back the words of an earlier message")
    PUBLICATION = "publication", _("Open, narrow or close the case to its parties")
    TRANSFER = "transfer", _("Hand the case to another unit")


@dataclass(frozen=True, kw_only=True)
class ToldParty:
    """A person whom a feed names as a party."""

    role: str
    name: str
    id_number: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A case that the hall does not know yet. Without a publication its category's default holds."""

    kind: str
    category: str
    unit: str
    reported_at: datetime
    status: str = ""
    publication: str = ""
    ground: str = ""
    parties: tuple[ToldParty, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """A case that was registered at a counter of the hall and that the feed tells about from now on."""

    reference: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A step to another status, or news without one: in words of its own in both languages, or by the code of a standard phrase.

    ``detail`` is for verified parties only. ``ground`` withholds the words.
    """

    at: datetime
    status: str = ""
    text_en: str = ""
    text_zh: str = ""
    phrase: str = ""
    detail: str = ""
    ground: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether it says nothing beyond its status."""
        return not (self.text_en or self.text_zh or self.phrase or self.detail)


@dataclass(frozen=True, kw_only=True)
class Withholding:
    """The words of an earlier message that parties must no longer see."""

    withheld_message_id: str
    ground: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How far the case is open from now on."""

    publication: str
    ground: str = ""


@dataclass(frozen=True, kw_only=True)
class Handover:
    """The unit that handles the case from now on."""

    unit: str
    at: datetime | None = None


Body = Registration | Link | Progress | Withholding | Opening | Handover

BODIES: Final[dict[str, type[Body]]] = {
    Action.REGISTER: Registration,
    Action.LINK: Link,
    Action.PROGRESS: Progress,
    Action.WITHHOLD: Withholding,
    Action.PUBLICATION: Opening,
    Action.TRANSFER: Handover,
}
_ACTIONS: Final = {body: action for action, body in BODIES.items()}


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Who speaks of which case, and when in its order. ``digest`` tells one content under an id from another."""

    message_id: str
    source_case_id: str
    sequence: int
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class Message:
    """One well-formed message."""

    envelope: Envelope
    body: Body

    @property
    def message_id(self) -> str:
        """The id that its sender gave it."""
        return self.envelope.message_id

    @property
    def closes(self) -> str:
        """What it would close: ``case``, ``call``, or nothing."""
        return _CLOSES.get(self.body.status, "") if isinstance(self.body, Progress) else ""

    def dump(self) -> str:
        """Return the body as text, for keeping until its turn."""
        return json.dumps({"action": _ACTIONS[type(self.body)], **asdict(self.body)}, default=_moment_text, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with one field of a message; ``field`` is a dotted path, or None for the whole."""

    field: str | None
    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A message that is not well formed. Without an ``envelope`` it cannot even be said which one it is."""

    envelope: Envelope | None
    message_id: str | None
    faults: tuple[Fault, ...]


# Calls end within the hour in which they begin, so their endings are counted apart from those of cases.
_CLOSES: Final = {Status.CLOSED.value: "case", Status.HANDLED.value: "call"}
_MOMENTS: Final = ("at", "reported_at")


def load_body(text: str) -> Body:
    """Return the body that :meth:`Message.dump` wrote."""
    fields: dict[str, Any] = json.loads(text)
    body = BODIES[fields.pop("action")]
    for name in _MOMENTS:
        if fields.get(name):
            fields[name] = datetime.fromisoformat(fields[name])
    if "parties" in fields:
        fields["parties"] = tuple(ToldParty(**party) for party in fields["parties"])
    return body(**fields)


def _moment_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no part of a message")


def check_number(*, sequence: int, consumed: int, is_taken: bool) -> None:
    """Refuse a number that another message has, or one so far ahead that what is missing can hardly be under way."""
    if is_taken:
        raise Conflict(_("Another message already has this number in the case."), code="sequence_reused", field="source_sequence")
    if sequence > consumed + FURTHEST_AHEAD:
        raise RuleViolated(
            _("More than 1,000 messages of this case are missing before this one."), code="sequence_too_far", field="source_sequence"
        )


def moment_told(moment: datetime, *, now: datetime, field: str) -> datetime:
    """Return when something happened, by the hall's clock; refuse what lies in the future or before living memory."""
    check_not_future(moment, now=now + CLOCK_SLIP, field=field)
    if moment < EARLIEST:
        raise RuleViolated(_("This moment lies too far back."), code="too_long_ago", field=field)
    return min(moment, now)


def check_initial(*, kind: str, status: str) -> None:
    """Refuse a case that begins in the middle: the steps before are told, each by a message of its own."""
    if status not in {"", WORKFLOWS[kind].initial}:
        raise RuleViolated(_("A case begins in the first status of its kind."), code="status_not_initial", field="status")


def step_of(*, kind: str, status: str, progress: Progress, is_late: bool) -> str | None:
    """Return the status that a message names as a step, or ``None`` for news.

    A late step names its status and moves nothing, so the table is not asked. Raises ``Conflict(transition_not_possible)``.
    """
    table = WORKFLOWS[kind]
    if progress.status and (is_late or progress.status != status):
        if is_late and progress.status in table.statuses:
            return progress.status
        try:
            return table.between(status, progress.status).target
        except Conflict:
            if progress.status in table.statuses:
                raise
            raise RuleViolated(_("A case of this kind has no such status."), code="status_unknown", field="status") from None
    if progress.is_silent:
        raise RuleViolated(_("This tells nothing: no other status and no words."), code="nothing_to_publish", field="status")
    return None


def check_words(progress: Progress, *, names: Iterable[str]) -> None:
    """Refuse words that name a person, in any of their places, and words in one language only."""
    if bool(progress.text_en) != bool(progress.text_zh):
        raise RuleViolated(_("Words come in both languages."), code="language_missing", field="text")
    if progress.text_en and progress.phrase:
        raise RuleViolated(_("Send words or the code of a phrase, not both."), code="text_and_phrase", field="phrase")
    known = list(names)
    for field, text in (("text.en", progress.text_en), ("text.zh", progress.text_zh), ("detail", progress.detail)):
        try:
            check_detail(text, names=known)
        except RuleViolated as error:
            raise RuleViolated(error.message, code=error.code, field=field) from error


class ForeignBureau(NotFound):
    """The case or the unit belongs to a bureau that the feed may not speak for; this raises an alarm."""

    code = "foreign_bureau"
    message = _("This feed cannot speak for that bureau.")

    def __init__(self, *, of: str, field: str) -> None:
        self.of = of
        super().__init__(field=field)
