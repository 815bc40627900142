"""What a resident's own page shows of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.domain.publication import Publication
from cases.masked_parts import letters_to
from cases.models import Case
from cases.queries import looks_at, sight_of
from cases.web.case_parts import items_of, public_steps
from foundation import clock
from foundation.accounts.actors import Actor, ActorKind
from foundation.audit.models import AccessEntry
from foundation.faces import my

LOOKS_SHOWN = 200


def register() -> None:
    """Tell a resident's own pages that cases are among them."""
    my.register("my:cases", gettext_lazy("My cases"), order=10)


@dataclass(frozen=True, kw_only=True)
class Look:
    """Looks of one person, on one day, for one reason; ``last_at`` is the latest of them."""

    who: str
    why: str
    last_at: datetime
    times: int


def own_page(actor: Actor, case: Case) -> dict[str, Any]:
    """Return everything but the forms: what the case's publication leaves, messages, and who looked."""
    sight = sight_of(case, with_detail=True)
    is_open = sight.publication == Publication.OPEN
    return {
        "sight": sight,
        "is_open": is_open,
        "steps": public_steps(sight.steps),
        "deadline": sight.deadline,
        "handler": case.merged_into.unit if case.merged_into else case.unit,
        "items": items_of(case, photo_view="my:photo") if is_open else [],
        "letters": letters_to(case, actor.id_number_index),
        "looks": looks_of(actor, case),
        "can_act": case.merged_into_id is None,
        "has_unit_above": case.unit.parent_id is not None,
    }


def looks_of(actor: Actor, case: Case) -> list[Look]:
    """Return who looked, the latest first. Officers are named; another person of the case is not, and nobody holds a receipt by name."""
    entries = looks_at(case)[:LOOKS_SHOWN]
    days = groupby(entries, key=lambda entry: (clock.city_date(entry.at), entry.viewer_kind, entry.viewer_reference, entry.reason))
    return [_look(actor, list(group)) for _key, group in days]


def _look(actor: Actor, entries: list[AccessEntry]) -> Look:
    latest = entries[0]
    return Look(who=_viewer(actor, latest), why=str(latest.get_reason_display()), last_at=latest.at, times=len(entries))


def _viewer(actor: Actor, entry: AccessEntry) -> str:
    if entry.viewer_kind == ActorKind.OFFICER:
        return entry.viewer_name
    if entry.viewer_kind == ActorKind.RESIDENT:
        return _("You") if entry.viewer_reference == actor.reference else _("Another person of the case")
    return _("Somebody with the receipt's code")
