"""What a resident's own page shows of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.domain.publication import Publication
from cases.masked_parts import ShownMessage, letters_to, parts_of
from cases.models import Case
from cases.permissions import Standing
from cases.queries import agents_for, looks_at, own_matters, sight_of
from cases.web.case_parts import items_of, public_steps
from foundation import clock
from foundation.accounts.actors import Actor, ActorKind
from foundation.audit.models import AccessEntry
from foundation.documents.kinds.log_proof import LogProof
from foundation.documents.kinds.receipt import Receipt
from foundation.documents.models import Document
from foundation.documents.queries import papers_on
from foundation.documents.web.names import KINDS
from foundation.faces import my
from foundation.mandates import matters, scopes
from foundation.mandates.scopes import Scope

LOOKS_SHOWN = 200
PAPERS_SHOWN = 20


def register() -> None:
    """Tell a resident's own pages that cases are among them, and that somebody else can be asked to look after one."""
    my.register("my:cases", gettext_lazy("My cases"), order=10)
    scopes.honour(Scope.FOLLOW_CASES, Scope.ACT_IN_CASES)
    matters.register("case", own_matters)


@dataclass(frozen=True, kw_only=True)
class Look:
    """Looks of one person, on one day, for one reason; ``last_at`` is the latest of them."""

    who: str
    why: str
    last_at: datetime
    times: int


def own_page(standing: Standing, case: Case) -> dict[str, Any]:
    """Return everything but the forms: what the case's publication leaves, messages, who looked, and for whom they look."""
    sight = sight_of(case, with_detail=True)
    is_open = sight.publication == Publication.OPEN
    return {
        "sight": sight,
        "is_open": is_open,
        "steps": public_steps(sight.steps, proof=partial(_address_of_proof, standing, case)),
        "deadline": sight.deadline,
        "handler": case.merged_into.unit if case.merged_into else case.unit,
        "items": items_of(case, viewer=standing.actor, photo_view="my:photo") if is_open else [],
        "letters": letters_of(standing, case),
        "looks": looks_of(standing, case),
        "papers": (papers := papers_for(standing, case)),
        "has_proof": any(paper.kind == LogProof.kind for _title, paper in papers),
        **acting_as(standing),
        **_rights(standing, case),
        "has_unit_above": case.unit.parent_id is not None,
    }


def papers_for(standing: Standing, case: Case) -> list[tuple[str, Document]]:
    """Return the papers that the person can have, each with what it is called. Receipts hold the code, which outlives any delegation."""
    is_delegate = standing.mandate is not None and not standing.mandate.is_statutory
    kinds = (LogProof.kind,) if is_delegate else (Receipt.kind, LogProof.kind)
    return [(str(KINDS[paper.kind]), paper) for paper in papers_on(case, kinds=kinds)[:PAPERS_SHOWN]]


def _address_of_proof(standing: Standing, case: Case, sequence: int) -> str:
    return f"{reverse('my:entry-proof', args=(case.reference, sequence))}{acting_as(standing)['under']}"


def acting_as(standing: Standing) -> dict[str, Any]:
    """Return what each page of a case says of the mandate under which it is read, and what its links carry on."""
    return {"acting": standing.mandate, "under": f"?for={standing.mandate.reference}" if standing.mandate else ""}


def _rights(standing: Standing, case: Case) -> dict[str, bool]:
    is_live, mandate = case.merged_into_id is None, standing.mandate
    return {
        "can_act": is_live and (mandate is None or Scope.ACT_IN_CASES in mandate.scopes),
        "can_rotate": is_live and (mandate is None or mandate.is_statutory),
    }


def letters_of(standing: Standing, case: Case) -> list[ShownMessage]:
    """Return the person's own messages and what the unit wrote to them: an answer to somebody else is that one's matter."""
    party = standing.party
    letters = letters_to(case, parts_of(case, id_number_index=party.id_number_index, credit_code=party.credit_code))
    names = agents_for(party, [letter.mandate for letter in letters])
    return [replace(letter, sender=_writer(standing, letter, names)) for letter in letters]


def _writer(standing: Standing, letter: ShownMessage, names: Mapping[str, str]) -> str:
    """Name who wrote, in the eyes of the one who reads: the person, or somebody who acted for them."""
    if letter.officer_name:
        return ""
    if letter.mandate == standing.actor.mandate:
        return _("You")
    if not letter.mandate and standing.mandate:
        return standing.mandate.name
    return names.get(letter.mandate, "")


def looks_of(standing: Standing, case: Case) -> list[Look]:
    """Return who looked, the latest first.

    Officers are named, and who acts for the one whose case it is. Another person of the case is not, and nobody holds a receipt by name.
    """
    entries = list(looks_at(case)[:LOOKS_SHOWN])
    names = agents_for(standing.party, [entry.mandate for entry in entries])
    days = groupby(
        entries, key=lambda entry: (clock.city_date(entry.at), entry.viewer_kind, entry.viewer_reference, entry.reason, entry.mandate)
    )
    return [_look(standing.actor, list(group), names) for _key, group in days]


def _look(actor: Actor, entries: list[AccessEntry], names: Mapping[str, str]) -> Look:
    latest = entries[0]
    return Look(who=_viewer(actor, latest, names), why=str(latest.get_reason_display()), last_at=latest.at, times=len(entries))


def _viewer(actor: Actor, entry: AccessEntry, names: Mapping[str, str]) -> str:
    if entry.viewer_kind == ActorKind.OFFICER:
        return entry.viewer_name
    if entry.viewer_kind == ActorKind.RESIDENT:
        if entry.viewer_reference == actor.reference:
            return _("You")
        return names.get(entry.mandate) or _("Another person of the case")
    if entry.viewer_kind == ActorKind.KIOSK:
        return _("Somebody with the receipt's code, at the terminal %(place)s") % {"place": entry.viewer_name}
    return _("Somebody with the receipt's code")
