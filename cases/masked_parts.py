"""The parts of a case as officers see them, in pages and in the API. Names and numbers leave here masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.domain.publication import Ground
from cases.domain.timeline import ShownEntry, shown_entries
from cases.domain.wording import step_label
from cases.models import Case, Message, Party, ProgressEntry
from cases.models.progress_entry import EntryKind
from foundation.accounts.queries import names_of
from foundation.encryption.masking import mask_name, mask_number

_OWN_WORDS = frozenset({EntryKind.STATUS, EntryKind.NOTE, EntryKind.CORRECTION})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step at the desk: as recorded, with how the people concerned see it. ``withheld_ground`` is empty when they read it."""

    entry: ProgressEntry
    title: str
    recorded_by: str
    withheld_ground: str
    corrected_by: int | None

    @property
    def ground_label(self) -> str:
        """Why its words are withheld."""
        return str(Ground(self.withheld_ground).label) if self.withheld_ground else ""

    @property
    def ground(self) -> str:
        """The ground that an entry about another one names."""
        return str(Ground(self.entry.ground).label) if self.entry.ground else ""

    @property
    def has_own_words(self) -> bool:
        """Whether it can be corrected or withheld."""
        return self.entry.kind in _OWN_WORDS

    @property
    def is_about_another(self) -> bool:
        """Whether it only says something of an earlier step."""
        return self.entry.kind in {EntryKind.WITHHELD, EntryKind.RELEASED}


def steps_of(entries: Sequence[ProgressEntry]) -> list[Step]:
    """Return every entry, the latest first, with who recorded it and what became of it later."""
    shown = {each.sequence: each for each in shown_entries(entries, with_detail=True)}
    names = names_of(entry.recorded_by.partition(":")[2] for entry in entries)
    return [_step(entry, shown.get(entry.sequence), names) for entry in reversed(entries)]


def _step(entry: ProgressEntry, shown: ShownEntry | None, names: Mapping[str, str]) -> Step:
    return Step(
        entry=entry,
        recorded_by=names.get(entry.recorded_by.partition(":")[2], entry.recorded_by),
        title=step_label(shown) if shown else str(EntryKind(entry.kind).label),
        withheld_ground=shown.withheld_ground if shown else "",
        corrected_by=shown.corrected_by if shown else None,
    )


@dataclass(frozen=True, kw_only=True)
class MaskedParty:
    """A person as a list may show them."""

    id: str
    role_code: str
    role: str
    name: str
    id_number: str
    phone: str
    removed_at: datetime | None


def parties_of(case: Case) -> list[MaskedParty]:
    """Return the people of a case, those who were removed last."""
    parties = sorted(case.parties.all(), key=lambda party: (party.removed_at is not None, party.added_at))
    return [masked(party) for party in parties]


def masked(party: Party) -> MaskedParty:
    """Return a person with enough left to know them again and no more."""
    return MaskedParty(
        id=str(party.pk),
        role_code=party.role,
        role=str(party.get_role_display()),
        name=mask_name(party.name),
        id_number=mask_number(party.id_number),
        phone=mask_number(party.phone),
        removed_at=party.removed_at,
    )


@dataclass(frozen=True, kw_only=True)
class ShownMessage:
    """One message: from the unit when ``officer_name`` is set, else from the person whose part and masked name it holds.

    ``answers`` names the people whose messages the unit answered by it; empty for what it wrote without being asked.
    """

    id: str
    text: str
    sent_at: datetime
    officer_name: str
    sender: str
    sender_id: str
    is_waiting: bool
    answers: frozenset[str]


def messages_of(case: Case) -> list[ShownMessage]:
    """Return the messages of a case in their order."""
    messages = list(case.messages.select_related("party").order_by("sent_at", "pk"))
    answered: defaultdict[datetime, set[str]] = defaultdict(set)
    for message in messages:
        if message.answered_at is not None:
            answered[message.answered_at].add(str(message.party_id))
    return [_message(message, frozenset(answered.get(message.sent_at, ()))) for message in messages]


def letters_to(case: Case, id_number_index: bytes | None) -> list[ShownMessage]:
    """Return a person's own messages and what the unit wrote to them: an answer to somebody else is that one's matter."""
    mine = case.parties.filter(id_number_index=id_number_index, removed_at__isnull=True)
    ids = {str(pk) for pk in mine.values_list("pk", flat=True)}
    return [each for each in messages_of(case) if each.sender_id in ids or (each.officer_name and (not each.answers or each.answers & ids))]


def _message(message: Message, answers: frozenset[str]) -> ShownMessage:
    party = message.party
    return ShownMessage(
        id=str(message.pk),
        text=message.text,
        sent_at=message.sent_at,
        officer_name=message.officer_name if party is None else "",
        sender=f"{party.get_role_display()} {mask_name(party.name)}" if party else "",
        sender_id=str(party.pk) if party else "",
        is_waiting=party is not None and message.answered_at is None,
        answers=answers if party is None else frozenset(),
    )
