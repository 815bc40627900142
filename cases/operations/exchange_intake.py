"""Take messages in: find those that came before, put the others in their places, and let each act at its turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import F

from cases.domain.exchange import Body, Broken, Fault, ForeignBureau, Link, Message, check_number, load_body
from cases.imports.copying import Mould
from cases.models import Case, ExchangeMessage
from cases.models.progress_entry import EntryKind
from cases.operations.apply_message import Turn, apply_message
from cases.operations.exchange_draft import Draft
from cases.operations.exchange_streams import Reference, Stream, lock_streams
from foundation.accounts.actors import Actor
from foundation.accounts.models import Feed
from foundation.database.lookups import AnyOf
from foundation.errors import DomainError

State = ExchangeMessage.State

_ROW = Mould(ExchangeMessage)

INVALID = "invalid_message"
REUSED = "message_id_reused"
RELEASED = "released"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one message, at the end of its batch.

    ``field`` is the dotted path of what is at fault; ``reference`` and ``sequence`` name the case and the entry of its timeline;
    ``waiting_for`` is the number that has to come first. ``is_repeated`` tells that the message had come before and did not act again.
    """

    message_id: str | None
    state: str
    code: str = ""
    field: str = ""
    reference: str | None = None
    sequence: int | None = None
    waiting_for: int | None = None
    is_repeated: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(kw_only=True)
class _Receipt:
    """A message that was taken in, with its row and stream, or with the answer if nothing of it is kept."""

    item: Message | Broken
    row: ExchangeMessage | None = None
    stream: Stream | None = None
    is_repeated: bool = False
    answer: Answer | None = None


class Intake:
    """One batch of a locked feed. ``is_held`` keeps everything that closes a case from acting."""

    def __init__(self, *, feed: Feed, actor: Actor, now: datetime, is_held: bool, items: Sequence[Message | Broken] = ()) -> None:
        self.feed, self.now, self.is_held, self.items = feed, now, is_held, items
        self.draft = Draft(feed=feed, actor=actor, now=now)
        self.closings: Counter[str] = Counter()
        self._messages: dict[UUID, Message] = {}
        self._new: set[UUID] = set()
        self._late: list[tuple[Stream, ExchangeMessage]] = []
        self._linkable: dict[str, Case] = {}

    def run(self) -> list[Answer]:
        """Take in every message, let act what can act, and return an answer each. Nothing is saved before the draft is written."""
        self.load()
        return self.settle()

    def settle(self) -> list[Answer]:
        """Do so with what was loaded."""
        receipts = [self._receive(item) for item in self.items]
        for stream in self.streams.values():
            self._drain(stream)
        for stream, row in self._late:
            self._act(stream, row, is_late=True)
        for row in self.draft.received:
            if row.settled_at is None and row.state != State.REFUSED:
                row.payload = self._messages[row.pk].dump()
        return [_answer(receipt) for receipt in receipts]

    def load(self, *, also: Sequence[str] = ()) -> None:
        """Lock the cases that the messages speak of, and those of ``also``, whose turn may have come; read what the hall holds of them."""
        messages = [item for item in self.items if isinstance(item, Message)]
        envelopes = [item.envelope for item in self.items if item.envelope]
        self._reference = Reference(message.body for message in messages)
        self.streams, self._linkable = lock_streams(
            feed=self.feed,
            source_case_ids=dict.fromkeys([*also, *(envelope.source_case_id for envelope in envelopes)]),
            references=[message.body.reference for message in messages if isinstance(message.body, Link)],
        )
        ours = {row.pk: row for stream in self.streams.values() for rows in stream.unsettled.values() for row in rows}
        ids = {envelope.message_id for envelope in envelopes}
        found = ExchangeMessage.objects.filter(AnyOf(F("message_id"), ids), feed=self.feed)
        self._known = {row.message_id: ours.get(row.pk, row) for row in (found if envelopes else ())}
        self._passed = self._numbers_passed(messages)

    def _numbers_passed(self, messages: Sequence[Message]) -> set[tuple[str, int]]:
        """Return which numbers that have had their turn belong to a message that was not refused."""
        asked = {
            (message.envelope.source_case_id, message.envelope.sequence)
            for message in messages
            if message.envelope.message_id not in self._known
            and message.envelope.sequence <= self.streams[message.envelope.source_case_id].consumed
        }
        if not asked:
            return set()
        cases, numbers = {case for case, _number in asked}, {number for _case, number in asked}
        rows = ExchangeMessage.objects.filter(feed=self.feed, source_case_id__in=cases, source_sequence__in=numbers)
        return set(rows.exclude(state=State.REFUSED).values_list("source_case_id", "source_sequence"))

    def _receive(self, item: Message | Broken) -> _Receipt:
        envelope = item.envelope
        if envelope is None:
            return _Receipt(item=item)
        known = self._known.get(envelope.message_id)
        if known is not None:
            if bytes(known.payload_digest) != envelope.digest:
                refusal = Answer(message_id=envelope.message_id, state=State.REFUSED, code=REUSED, field="message_id")
                return _Receipt(item=item, answer=refusal)
            return _Receipt(item=item, row=known, stream=self.streams.get(known.source_case_id), is_repeated=True)
        stream = self.streams[envelope.source_case_id]
        row = _ROW.cast(
            id=uuid4(),
            feed_id=self.feed.pk,
            message_id=envelope.message_id,
            source_case_id=envelope.source_case_id,
            source_sequence=envelope.sequence,
            payload_digest=envelope.digest,
            received_at=self.now,
            state=State.WAITING,
        )
        self._new.add(row.pk)
        is_kept = self._place(stream, row, item)
        if is_kept:
            self._known[row.message_id] = row
            self.draft.received.append(row)
        return _Receipt(item=item, row=row, stream=stream)

    def _place(self, stream: Stream, row: ExchangeMessage, item: Message | Broken) -> bool:
        """Give a new message its place in the order; return whether it is kept."""
        number = row.source_sequence
        is_taken = stream.has(number) or (stream.source_case_id, number) in self._passed
        try:
            check_number(sequence=number, consumed=stream.consumed, is_taken=is_taken and isinstance(item, Message))
        except DomainError as error:
            self._refuse(row, error.code, "source_sequence")
            return error.code == "sequence_reused"
        if isinstance(item, Broken):
            row.state, row.code, row.field = State.REFUSED, INVALID, (item.faults[0].field or "")[:60]
            if number <= stream.consumed or is_taken:
                row.settled_at = self.now
            else:
                stream.unsettled[number].append(row)
            return True
        row.closes = item.closes
        self._messages[row.pk] = item
        if number <= stream.consumed:
            self._passed.add((stream.source_case_id, number))
            self._late.append((stream, row))
        else:
            stream.unsettled[number].append(row)
        return True

    def _drain(self, stream: Stream) -> None:
        """Let messages act as long as the next number is there. A refused one has had its turn too, or it would block the case for ever."""
        while rows := stream.unsettled.get(stream.consumed + 1):
            row = next((each for each in rows if each.state != State.REFUSED), None)
            if row is not None:
                if self.is_held and row.closes:
                    self._hold(row)
                    return
                self._act(stream, row, is_late=False)
            if stream.case is None:
                # What cannot begin the case leaves its number free for a message that can.
                if row is None:
                    return
                rows.remove(row)
                continue
            for each in rows:
                if each.settled_at is None:
                    each.settled_at = self.now
                    self._changed(each)
            stream.case.source_sequence += 1
            self.draft.touch(stream.case)

    def _hold(self, row: ExchangeMessage) -> None:
        if row.state != State.QUARANTINED:
            row.state = State.QUARANTINED
            self._changed(row)

    def _act(self, stream: Stream, row: ExchangeMessage, *, is_late: bool) -> None:
        was_held = row.state == State.QUARANTINED
        turn = Turn(
            message_id=row.message_id,
            stream=stream,
            is_late=is_late,
            draft=self.draft,
            reference=self._reference,
            linkable=self._linkable,
        )
        try:
            entry = apply_message(self._body_of(row), turn)
        except DomainError as error:
            if isinstance(error, ForeignBureau):
                self.draft.alarms[error.of] += 1
            self._refuse(row, error.code, _path(error.field))
            return
        row.state = State.LATE if is_late else State.APPLIED
        row.code = RELEASED if was_held else ""
        row.entry_sequence = entry.sequence if entry else None
        if is_late or entry is None or entry.kind != EntryKind.STATUS:
            row.closes = ""
        row.settled_at, row.payload = self.now, None
        self._changed(row)
        if row.closes and not was_held:
            self.closings[row.closes] += 1

    def _refuse(self, row: ExchangeMessage, code: str, field: str) -> None:
        row.state, row.code, row.field, row.closes = State.REFUSED, code, field, ""
        row.settled_at, row.payload = self.now, None
        self._changed(row)

    def _changed(self, row: ExchangeMessage) -> None:
        if row.pk not in self._new:
            self.draft.answered[row.pk] = row

    def _body_of(self, row: ExchangeMessage) -> Body:
        message = self._messages.get(row.pk)
        return message.body if message else load_body(row.payload or "")


def _path(field: str | None) -> str:
    """Return the dotted path of a field as the sender wrote it."""
    return f"content.{field}" if field and field != "case" else field or ""


def _refusal(item: Message | Broken) -> Answer:
    """Return the answer to a message of which nothing is kept."""
    faults = item.faults if isinstance(item, Broken) else ()
    field = faults[0].field or "" if faults else ""
    return Answer(message_id=item.message_id, state=State.REFUSED, code=INVALID, field=field[:60], faults=faults)


def _answer(receipt: _Receipt) -> Answer:
    row, stream = receipt.row, receipt.stream
    if receipt.answer is not None or row is None:
        return receipt.answer or _refusal(receipt.item)
    case = stream.case if stream else None
    return Answer(
        message_id=row.message_id,
        state=row.state,
        code=row.code,
        field=row.field,
        reference=case.reference if case else None,
        sequence=row.entry_sequence,
        waiting_for=stream.consumed + 1 if stream and row.state == State.WAITING else None,
        is_repeated=receipt.is_repeated,
        faults=receipt.item.faults if isinstance(receipt.item, Broken) else (),
    )
