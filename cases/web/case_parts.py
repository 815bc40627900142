"""The parts of a case as pages show them. Names and numbers leave here masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.domain.publication import Ground
from cases.domain.timeline import ShownEntry, shown_entries
from cases.domain.wording import public_text, step_label
from cases.models import Case, Message, Party, ProgressEntry, PropertyItem, PropertyPhoto
from cases.models.progress_entry import EntryKind
from foundation.accounts.queries import names_of
from foundation.encryption.masking import mask_name, mask_number
from foundation.errors import NotFound

# A photo's address is made for one look at the page that was written down, and opens nothing half an hour later.
PHOTO_SECONDS = 1800
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
class TimelineStep:
    """One step as ``_components/timeline.html`` draws it."""

    title: str
    at: datetime
    text: str
    lang: str
    is_withheld: bool
    note: str
    detail: str


def public_steps(steps: Iterable[ShownEntry]) -> list[TimelineStep]:
    """Return steps as those concerned see them, the latest first."""
    return [_public_step(step) for step in reversed(list(steps))]


def _public_step(step: ShownEntry) -> TimelineStep:
    text, language = public_text(step)
    title = step_label(step)
    return TimelineStep(
        title=title,
        at=step.at,
        text="" if text == title or _is_said_better(step) else text,
        lang="zh-Hans" if language == "zh" else "en",
        is_withheld=bool(step.withheld_ground),
        note=_note(step),
        detail=step.detail,
    )


def _is_said_better(step: ShownEntry) -> bool:
    """Whether the officer's own words take the place of the hall's sentence for a step without a chosen one."""
    return bool(step.detail) and not (step.text_en or step.text_zh)


def _note(step: ShownEntry) -> str:
    if step.withheld_ground:
        return _("The words of this step are withheld: %(ground)s.") % {"ground": step.ground_label}
    if step.corrected_by:
        return _("This was put right later.")
    if step.corrects:
        return _("This puts right what step %(number)d said.") % {"number": step.corrects}
    return ""


@dataclass(frozen=True, kw_only=True)
class MaskedParty:
    """A person as a list may show them."""

    id: str
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
        role=str(party.get_role_display()),
        name=mask_name(party.name),
        id_number=mask_number(party.id_number),
        phone=mask_number(party.phone),
        removed_at=party.removed_at,
    )


@dataclass(frozen=True, kw_only=True)
class ShownItem:
    """A thing with the addresses of its photos."""

    item: PropertyItem
    photos: list[str]
    next_statuses: list[tuple[str, str]]

    @property
    def colour(self) -> str:
        """The colour of the tag that says where it is."""
        return "green" if self.item.status == PropertyItem.Status.RETURNED else "blue"


def items_of(case: Case, *, photo_view: str = "desk:photo") -> list[ShownItem]:
    """Return the things of a case in the order in which they were taken. Two queries."""
    items = case.property_items.prefetch_related("photos").order_by("taken_at", "reference")
    return [
        ShownItem(item=item, photos=[photo_address(photo, photo_view) for photo in item.photos.all()], next_statuses=_next_statuses(item))
        for item in items
    ]


def _next_statuses(item: PropertyItem) -> list[tuple[str, str]]:
    order = [PropertyItem.Status.TAKEN, PropertyItem.Status.KEPT, PropertyItem.Status.RETURNED]
    presses = {PropertyItem.Status.KEPT: _("Put into the property store"), PropertyItem.Status.RETURNED: _("Give back")}
    return [(status.value, presses[status]) for status in order[order.index(PropertyItem.Status(item.status)) + 1 :]]


def photo_address(photo: PropertyPhoto, view: str) -> str:
    """Return the address of a photo, good for half an hour."""
    return reverse(view, args=(signing.dumps(str(photo.pk), salt=view),))


def photo_of(token: str, view: str) -> PropertyPhoto:
    """Return the photo behind an address, with its case; raise ``NotFound`` for one that is made up or too old."""
    try:
        pk = signing.loads(token, salt=view, max_age=PHOTO_SECONDS)
        return PropertyPhoto.objects.select_related("item__case__unit").get(pk=pk)
    except (signing.BadSignature, PropertyPhoto.DoesNotExist):
        raise NotFound from None


@dataclass(frozen=True, kw_only=True)
class ShownMessage:
    """One message: from the unit when ``officer_name`` is set, else from the person whose part and masked name it holds.

    ``answers`` names the people whose messages the unit answered by it; empty for what it wrote without being asked.
    """

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


def _message(message: Message, answers: frozenset[str]) -> ShownMessage:
    party = message.party
    return ShownMessage(
        text=message.text,
        sent_at=message.sent_at,
        officer_name=message.officer_name if party is None else "",
        sender=f"{party.get_role_display()} {mask_name(party.name)}" if party else "",
        sender_id=str(party.pk) if party else "",
        is_waiting=party is not None and message.answered_at is None,
        answers=answers if party is None else frozenset(),
    )
