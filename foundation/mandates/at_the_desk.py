"""Mandates as officers see them: masked in lists, whole on a page of their own, which counts as a look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from foundation.accounts.queries import names_of
from foundation.encryption.masking import mask_name, mask_number
from foundation.mandates.mandate import Basis
from foundation.mandates.models import Agency, Delegation, EndReason, Guardianship
from foundation.mandates.models.delegation import State
from foundation.mandates.queries import Row, agencies, guardianships
from foundation.mandates.scopes import Scope
from foundation.organisations.models import Organisation

LISTED: Final = 25
Mask = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class DeskRow:
    """One mandate. ``evidence``, ``recorded_by`` and the ends of it are empty in lists."""

    reference: str
    basis: str
    agent: str
    agent_number: str
    principal: str
    principal_number: str
    scopes: tuple[str, ...]
    matter: str
    since: datetime
    until: datetime | None
    state: State
    evidence: str = ""
    recorded_by: str = ""
    recorded_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    end_reason: str = ""

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to end."""
        return self.state not in {State.WAITING, State.LIVE}

    @property
    def colour(self) -> str:
        """The colour of the tag that says how it stands."""
        return {State.LIVE: "green", State.WAITING: "yellow"}.get(self.state, "grey")


def latest_rows(unit: Organisation) -> list[Row]:
    """Return what a unit recorded last, guardianships and agencies together."""
    rows: list[Row] = [
        *guardianships().filter(unit=unit).order_by("-recorded_at", "-id")[:LISTED],
        *agencies().filter(unit=unit).order_by("-recorded_at", "-id")[:LISTED],
    ]
    return sorted(rows, key=lambda row: row.recorded_at, reverse=True)[:LISTED]


def masked_row(row: Row, *, now: datetime) -> DeskRow:
    """Return a mandate with enough of the names to know them again."""
    return _row(row, now=now, name=mask_name, with_record=False)


def whole_row(row: Row, *, now: datetime) -> DeskRow:
    """Return a mandate with names, proof and what became of it; numbers stay masked. One query."""
    return _row(row, now=now, name=str, with_record=True)


def _row(row: Row, *, now: datetime, name: Mask, with_record: bool) -> DeskRow:
    agent, agent_number, principal, principal_number, basis = _sides(row, name)
    names = names_of(label.partition(":")[2] for label in (row.recorded_by, row.ended_by)) if with_record else {}
    evidence = "" if isinstance(row, Delegation) or not with_record else row.evidence
    return DeskRow(
        reference=row.reference,
        basis=basis,
        agent=agent,
        agent_number=agent_number,
        principal=principal,
        principal_number=principal_number,
        scopes=() if isinstance(row, Guardianship) else tuple(str(Scope(scope).label) for scope in row.scopes),
        matter=row.matter.partition(":")[2] if isinstance(row, Delegation) else "",
        since=row.from_at,
        until=row.over_at,
        state=row.state(now) if isinstance(row, Delegation) else _state(row, now),
        evidence=evidence,
        recorded_by=names.get(row.recorded_by.partition(":")[2], ""),
        recorded_at=row.recorded_at,
        ended_by=names.get(row.ended_by.partition(":")[2], ""),
        ended_at=row.ended_at,
        end_reason=str(EndReason(row.end_reason).label) if row.end_reason else "",
    )


def _state(row: Guardianship | Agency, now: datetime) -> State:
    if row.ended_at is not None:
        return State.ENDED
    return State.EXPIRED if row.is_over(now) else State.LIVE


def _sides(row: Row, name: Mask) -> tuple[str, str, str, str, str]:
    """Return who acts and for whom, each with a masked number, and on what basis."""
    if isinstance(row, Guardianship):
        child, who = row.child, row.guardian
        return name(who.name), mask_number(who.id_number), name(child.name), mask_number(child.id_number), str(row.get_kind_display())
    if isinstance(row, Agency):
        who, company = row.agent, row.company
        return name(who.name), mask_number(who.id_number), company.name, company.credit_code, _agency_title(row)
    number = mask_number(row.agent_id_number)
    return name(row.agent_name), number, name(row.principal.name), mask_number(row.principal.id_number), str(Basis.DELEGATION.label)


def _agency_title(row: Agency) -> str:
    return _("Legal representative") if row.is_legal_representative else str(Basis.AGENCY.label)
