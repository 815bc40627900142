"""Do what a message says to the case it speaks of, in memory: everything is checked before anything is changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cases.domain.exchange import (
    Body,
    ForeignBureau,
    Handover,
    Link,
    Opening,
    Progress,
    Registration,
    ToldParty,
    Withholding,
    check_initial,
    check_words,
    moment_told,
    step_of,
)
from cases.domain.policies import check_not_opener_than_law, check_publication
from cases.domain.workflow import WORKFLOWS
from cases.models import Case, Category, ProgressEntry
from cases.models.progress_entry import EntryKind
from cases.operations.append_entry import Words
from cases.operations.exchange_draft import Draft, new_entry
from cases.operations.exchange_streams import Reference, Stream
from cases.operations.locking import check_live
from cases.operations.register_report import NewParty, new_party
from cases.operations.transfer_case import transfer_words
from cases.permissions import EXCHANGE
from cases.phrases import all_phrases, standard_phrase
from foundation.audit.masked import Plain
from foundation.errors import Conflict, NotFound, RuleViolated
from foundation.organisations.models import Organisation

_WORDS_OF_THEIR_OWN = (EntryKind.STATUS, EntryKind.NOTE, EntryKind.CORRECTION)


@dataclass(kw_only=True)
class Turn:
    """A message at its turn, or ``is_late`` after it, with what it may change."""

    message_id: str
    stream: Stream
    is_late: bool
    draft: Draft
    reference: Reference
    linkable: dict[str, Case]


def apply_message(body: Body, turn: Turn) -> ProgressEntry | None:
    """Return the entry that the message leaves in the timeline, or ``None`` for one that leaves none; raise ``DomainError``."""
    match body:
        case Registration():
            return _register(body, turn)
        case Link():
            _link(body, turn)
            return None
        case Progress():
            return _tell(body, turn)
        case Withholding():
            return _withhold(body, turn)
        case Opening():
            _open(body, turn)
            return None
        case Handover():
            return _hand_over(body, turn)


def _register(body: Registration, turn: Turn) -> ProgressEntry:
    if turn.stream.case is not None:
        raise Conflict(_("This case is here already."), code="case_exists")
    unit, category = _unit(body.unit, turn), _category(body, turn)
    check_initial(kind=body.kind, status=body.status)
    publication, ground = (body.publication, body.ground) if body.publication else (category.default_publication, category.default_ground)
    check_publication(publication, ground)
    check_not_opener_than_law(category.default_publication, publication)
    draft = turn.draft
    reported_at = moment_told(body.reported_at, now=draft.now, field="reported_at")
    case = Case(
        bureau_code=unit.bureau_code,
        unit=unit,
        kind=category.kind,
        category=category,
        status=WORKFLOWS[category.kind].initial,
        status_since=reported_at,
        stage_since=reported_at,
        publication=publication,
        ground=ground,
        reported_at=reported_at,
        registered_at=draft.now,
        registered_by=draft.actor.label,
        source=draft.feed.code,
        source_case_id=turn.stream.source_case_id,
    )
    parties = [new_party(case=case, party=_as_new(party), actor=draft.actor, now=draft.now) for party in body.parties]
    draft.parties += parties
    turn.stream.case, turn.stream.new_names = case, [party.name for party in parties]
    entry = new_entry(kind=EntryKind.STATUS, source_key=turn.message_id, at=reported_at, status=case.status)
    return draft.append(case=case, entry=entry, moves_stage=True)


def _as_new(party: ToldParty) -> NewParty:
    return NewParty(role=party.role, name=party.name, id_number=party.id_number, phone=party.phone)


def _link(body: Link, turn: Turn) -> None:
    if turn.stream.case is not None:
        raise Conflict(_("This case is here already."), code="case_exists")
    case = turn.linkable.get(body.reference)
    if case is None:
        raise NotFound(_("There is no case with this reference."), code="case_unknown", field="reference")
    if not turn.draft.actor.can(EXCHANGE, case.unit):
        raise ForeignBureau(of=case.reference, field="reference")
    check_live(case)
    if case.source:
        raise Conflict(_("Another system tells about this case already."), code="case_linked", field="reference")
    case.source, case.source_case_id, case.source_sequence = turn.draft.feed.code, turn.stream.source_case_id, 0
    turn.stream.case = case
    turn.draft.touch(case)
    turn.draft.deeds.append(("case.link", case, {"source": ("", case.source), "source_case_id": ("", case.source_case_id)}))


def _tell(body: Progress, turn: Turn) -> ProgressEntry:
    case = _live_case(turn)
    at = moment_told(body.at, now=turn.draft.now, field="at")
    check_words(body, names=() if body.is_silent else turn.stream.names())
    status = step_of(kind=case.kind, status=case.status, progress=body, is_late=turn.is_late)
    words = _words(body, kind=case.kind, status=status)
    entry = new_entry(
        kind=EntryKind.STATUS if status else EntryKind.NOTE,
        source_key=turn.message_id,
        at=at,
        status=status or "",
        text_en=words.text_en,
        text_zh=words.text_zh,
        detail=words.detail,
        ground=body.ground,
        is_late=turn.is_late,
    )
    return turn.draft.append(case=case, entry=entry, moves_stage=status is not None and not turn.is_late)


def _words(body: Progress, *, kind: str, status: str | None) -> Words:
    """What the message says; a step that chooses no words gets the sentence that it would get at the desk."""
    if body.text_en:
        return Words(text_en=body.text_en, text_zh=body.text_zh, detail=body.detail)
    if body.phrase:
        phrase = all_phrases().get(body.phrase)
        if phrase is None or not phrase.suits(kind):
            raise RuleViolated(_("There is no such sentence for cases of this kind."), code="phrase_unknown", field="phrase")
    else:
        phrase = standard_phrase(kind=kind, status=status) if status else None
    return Words(text_en=phrase.en if phrase else "", text_zh=phrase.zh if phrase else "", detail=body.detail)


def _withhold(body: Withholding, turn: Turn) -> ProgressEntry:
    """Also when it is late: what was wrongly opened goes at once (Provisions on Law-Enforcement Openness, art. 26)."""
    case = _live_case(turn)
    earlier = _entry_of(body.withheld_message_id, case, turn.draft)
    if earlier is None or earlier.kind not in _WORDS_OF_THEIR_OWN:
        raise NotFound(_("There is no such step in this case."), code="entry_unknown", field="withheld_message_id")
    entry = new_entry(
        kind=EntryKind.WITHHELD,
        source_key=turn.message_id,
        at=turn.draft.now,
        ground=body.ground,
        refers_to=earlier.sequence,
        is_late=turn.is_late,
    )
    return turn.draft.append(case=case, entry=entry)


def _entry_of(message_id: str, case: Case, draft: Draft) -> ProgressEntry | None:
    for entry in reversed(draft.entries):
        if entry.case is case and entry.source_key == message_id:
            return entry
    return None if not case.pk else ProgressEntry.objects.filter(case=case, source_key=message_id).first()


def _open(body: Opening, turn: Turn) -> None:
    case = _live_case(turn)
    _refuse_late(turn)
    check_publication(body.publication, body.ground)
    check_not_opener_than_law(case.category.default_publication, body.publication)
    before = (case.publication, case.ground)
    case.publication, case.ground = body.publication, body.ground
    turn.draft.touch(case)
    changes = {"publication": (before[0], case.publication), "ground": (Plain(before[1]), Plain(case.ground))}
    turn.draft.deeds.append(("case.set_publication", case, dict(changes)))


def _hand_over(body: Handover, turn: Turn) -> ProgressEntry:
    case = _live_case(turn)
    _refuse_late(turn)
    unit = _unit(body.unit, turn)
    if unit.pk == case.unit_id:
        raise RuleViolated(_("The case is with this unit already."), code="same_unit", field="unit")
    at = moment_told(body.at or turn.draft.now, now=turn.draft.now, field="at")
    before, case.unit, case.officer = case.unit, unit, None
    words = transfer_words(before=before, after=unit)
    entry = new_entry(
        kind=EntryKind.TRANSFER, source_key=turn.message_id, at=at, text_en=words.text_en, text_zh=words.text_zh, detail=words.detail
    )
    return turn.draft.append(case=case, entry=entry)


def _live_case(turn: Turn) -> Case:
    case = turn.stream.case
    if case is None:
        raise NotFound(_("This case was not registered yet."), code="case_unknown")
    if not turn.draft.actor.can(EXCHANGE, case.unit):
        raise ForeignBureau(of=case.reference, field="case")
    check_live(case)
    return case


def _refuse_late(turn: Turn) -> None:
    """What is true of the case now was told by a later message; an earlier one would undo it."""
    if turn.is_late:
        raise Conflict(_("Later messages were carried out already."), code="too_late")


def _unit(code: str, turn: Turn) -> Organisation:
    unit = turn.reference.unit(code)
    if unit is None:
        raise RuleViolated(_("There is no unit with this code."), code="unit_unknown", field="unit")
    if not turn.draft.actor.can(EXCHANGE, unit):
        raise ForeignBureau(of=unit.code, field="unit")
    return unit


def _category(body: Registration, turn: Turn) -> Category:
    category = turn.reference.category(body.category)
    if category is None or category.kind != body.kind:
        raise RuleViolated(_("There is no category with this code for this kind of case."), code="category_unknown", field="category")
    return category
