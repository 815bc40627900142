"""The parts of a case as officers see them, in pages and in the API. Names and numbers leave here masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from cases.domain.publication import Ground
from cases.domain.timeline import ShownEntry, shown_entries
from cases.domain.wording import step_label
from cases.models import Case, Message, Party, ProgressEntry
from cases.models.progress_entry import EntryKind
from foundation.accounts.queries import names_of
from foundation.encryption.masking import mask_name, mask_number
from foundation.mandates.mandate import matter_key
from foundation.mandates.queries import Row, agent_of, exclusions_from, representatives_of, row_covers

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
    credit_code: str
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
        # A company's name and code stand in the public register: nothing of a person is in them.
        name=party.name if party.credit_code else mask_name(party.name),
        id_number=mask_number(party.id_number),
        credit_code=party.credit_code,
        phone=mask_number(party.phone),
        removed_at=party.removed_at,
    )


@dataclass(frozen=True, kw_only=True)
class MaskedAgent:
    """Somebody who acts for a party of a case, as a list may show them."""

    reference: str
    name: str
    basis: str
    is_excluded: bool


@dataclass(frozen=True, kw_only=True)
class MaskedExclusion:
    """Somebody who is kept from a case, as a list may show them."""

    id: str
    name: str
    reason: str
    at: datetime


def agents_of(case: Case, *, now: datetime) -> tuple[list[MaskedAgent], list[MaskedExclusion]]:
    """Return who acts for the parties of a case at this moment, and who is kept from it. Five queries."""
    parties = [party for party in case.parties.all() if party.removed_at is None]
    kept_out = exclusions_from(matter_key(kind=case.kind_of_matter, reference=case.reference))
    excluded = {each.id_number_index for each in kept_out}
    rows = representatives_of(
        indexes=[party.id_number_index for party in parties if party.id_number_index],
        credit_codes=[party.credit_code for party in parties],
        now=now,
    )
    agents = [_agent(row, excluded) for row in rows if row_covers(row, kind=case.kind_of_matter, reference=case.reference)]
    return agents, [
        MaskedExclusion(id=str(each.pk), name=mask_name(each.name), reason=each.explanation, at=each.excluded_at) for each in kept_out
    ]


def _agent(row: Row, excluded: set[bytes | None]) -> MaskedAgent:
    who, basis = agent_of(row)
    return MaskedAgent(reference=row.reference, name=mask_name(who.name), basis=basis, is_excluded=who.id_number_index in excluded)


@dataclass(frozen=True, kw_only=True)
class ShownMessage:
    """One message: from the unit when ``officer_name`` is set, else from the person whose part and masked name it holds.

    ``answers`` names the people whose messages the unit answered by it; empty for what it wrote without being asked. ``mandate`` is
    the reference of what let somebody else write for that person.
    """

    id: str
    text: str
    sent_at: datetime
    officer_name: str
    sender: str
    sender_id: str
    is_waiting: bool
    answers: frozenset[str]
    mandate: str = ""


def messages_of(case: Case) -> list[ShownMessage]:
    """Return the messages of a case in their order."""
    messages = list(case.messages.select_related("party").order_by("sent_at", "pk"))
    answered: defaultdict[datetime, set[str]] = defaultdict(set)
    for message in messages:
        if message.answered_at is not None:
            answered[message.answered_at].add(str(message.party_id))
    return [_message(message, frozenset(answered.get(message.sent_at, ()))) for message in messages]


def letters_to(case: Case, parts: QuerySet[Party]) -> list[ShownMessage]:
    """Return somebody's own messages and what the unit wrote to them: an answer to somebody else is that one's matter.

    ``parts`` are the parts that they have in the case.
    """
    ids = {str(pk) for pk in parts.values_list("pk", flat=True)}
    return [each for each in messages_of(case) if each.sender_id in ids or (each.officer_name and (not each.answers or each.answers & ids))]


def parts_of(case: Case, *, id_number_index: bytes | None, credit_code: str = "") -> QuerySet[Party]:
    """Return every part that a person, or a company, has in a case: somebody may be reporter and victim."""
    live = case.parties.filter(removed_at__isnull=True)
    return live.filter(credit_code=credit_code) if credit_code else live.filter(id_number_index=id_number_index)


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
        mandate=message.mandate,
    )
