"""What services and pages ask about mandates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Person
from foundation.mandates.mandate import Basis, Mandate, matter_key
from foundation.mandates.models import Agency, Delegation, Exclusion, Guardianship
from foundation.mandates.models.agency import AgencyQuerySet
from foundation.mandates.models.delegation import DelegationQuerySet
from foundation.mandates.models.guardianship import GuardianshipQuerySet
from foundation.mandates.names import is_same_name
from foundation.mandates.scopes import Scope, with_included

Row = Guardianship | Agency | Delegation
_EVERYTHING = frozenset(Scope)


def mandates_of(actor: Actor, *, now: datetime) -> tuple[Mandate, ...]:
    """Return for whom a signed-in resident may act at this moment, guardianships first. Three queries; none for anybody else.

    Whoever acts for somebody already gets none: what is held for another cannot be passed on.
    """
    index = actor.id_number_index
    if index is None or actor.on_behalf_of is not None:
        return ()
    return (
        *(_of_guardianship(row) for row in guardianships().live(now).filter(guardian__id_number_index=index).order_by("from_at", "id")),
        *(_of_agency(row) for row in agencies().live(now).filter(agent__id_number_index=index).order_by("from_at", "id")),
        *(_of_delegation(row) for row in delegations().in_force(now).filter(agent__id_number_index=index).order_by("from_at", "id")),
    )


def guardianships() -> GuardianshipQuerySet:
    """Return guardianships with both persons."""
    return Guardianship.objects.select_related("child", "guardian", "unit")


def agencies() -> AgencyQuerySet:
    """Return agencies with company and agent."""
    return Agency.objects.select_related("company", "agent", "unit")


def delegations() -> DelegationQuerySet:
    """Return delegations with the person who gave them."""
    return Delegation.objects.select_related("principal", "agent")


def _of_guardianship(row: Guardianship) -> Mandate:
    return Mandate(
        reference=row.reference,
        basis=Basis.GUARDIANSHIP,
        name=row.child.name,
        scopes=_EVERYTHING,
        until=row.over_at,
        id_number_index=row.child.id_number_index,
        is_statutory=True,
    )


def _of_agency(row: Agency) -> Mandate:
    return Mandate(
        reference=row.reference,
        basis=Basis.AGENCY,
        name=row.company.name,
        scopes=_EVERYTHING if row.is_legal_representative else with_included(row.scopes),
        until=row.over_at,
        credit_code=row.company.credit_code,
        is_statutory=row.is_legal_representative,
    )


def _of_delegation(row: Delegation) -> Mandate:
    return Mandate(
        reference=row.reference,
        basis=Basis.DELEGATION,
        name=row.principal.name,
        scopes=with_included(row.scopes),
        until=row.over_at,
        id_number_index=row.principal.id_number_index,
        matter=row.matter,
    )


def excluded_matters(actor: Actor) -> frozenset[str]:
    """Return the matters from which the actor is kept whatever they may do for others. One query."""
    if actor.id_number_index is None:
        return frozenset()
    found = Exclusion.objects.filter(id_number_index=actor.id_number_index, lifted_at__isnull=True)
    return frozenset(found.values_list("matter", flat=True))


def exclusions_from(matter: str) -> list[Exclusion]:
    """Return who is kept from a matter at this moment, the latest first."""
    return list(Exclusion.objects.filter(matter=matter, lifted_at__isnull=True).order_by("-excluded_at"))


def representatives_of(*, indexes: Iterable[bytes], credit_codes: Iterable[str], now: datetime) -> list[Row]:
    """Return the live mandates of those who act for these persons and companies."""
    known = [each for each in indexes if each]
    return [
        *guardianships().live(now).filter(child__id_number_index__in=known).order_by("from_at", "id"),
        *agencies().live(now).filter(company__credit_code__in=[each for each in credit_codes if each]).order_by("from_at", "id"),
        *delegations().in_force(now).filter(principal__id_number_index__in=known).order_by("from_at", "id"),
    ]


def agent_of(row: Row) -> tuple[Person, str]:
    """Return who acts under a mandate that was accepted, and on what basis, in the language of the page."""
    if isinstance(row, Guardianship):
        return row.guardian, str(row.get_kind_display())
    if isinstance(row, Agency):
        return row.agent, str(_("Legal representative") if row.is_legal_representative else Basis.AGENCY.label)
    if row.agent is None:
        raise ValueError(f"{row} was not accepted")
    return row.agent, str(Basis.DELEGATION.label)


def row_covers(row: Row, *, kind: str, reference: str) -> bool:
    """Whether a mandate reaches one matter of whom it is for."""
    return not isinstance(row, Delegation) or row.matter in {"", matter_key(kind=kind, reference=reference)}


def mandates_concerning(person: Person) -> list[Row]:
    """Return every mandate that somebody has or has given, over or not, the latest first."""
    index = person.id_number_index
    found: list[Row] = [
        *guardianships().filter(Q(child=person) | Q(guardian=person)),
        *agencies().filter(agent=person),
        *delegations().filter(Q(principal=person) | Q(agent_id_number_index=index)),
    ]
    return sorted(found, key=lambda row: row.recorded_at, reverse=True)


def offers_to(person: Person, *, now: datetime) -> list[Delegation]:
    """Return the offers that wait for somebody's answer.

    An offer finds who has both the number and the name that it was made out to: with a slip in the number it finds nobody.
    """
    waiting = delegations().waiting(now).filter(agent_id_number_index=person.id_number_index or b"").order_by("recorded_at", "id")
    return [offer for offer in waiting if is_same_name(offer.agent_name, person.name)]


def row_of(reference: str) -> Row | None:
    """Return a mandate by its public reference, or None."""
    prefix = reference[:2]
    if prefix == "MG":
        return guardianships().filter(reference=reference).first()
    if prefix == "MA":
        return agencies().filter(reference=reference).first()
    return delegations().filter(reference=reference).first() if prefix == "MD" else None


def agents_under(references: Iterable[str], *, id_number_index: bytes | None, credit_code: str = "") -> dict[str, str]:
    """Return who acts for this person or company, by name, under those of the mandates that are about them. Two queries at most."""
    wanted = {reference for reference in references if reference}
    if not wanted:
        return {}
    if credit_code:
        return {row.reference: row.agent.name for row in agencies().filter(reference__in=wanted, company__credit_code=credit_code)}
    wards = guardianships().filter(reference__in=wanted, child__id_number_index=id_number_index or b"")
    given = delegations().filter(reference__in=wanted, principal__id_number_index=id_number_index or b"")
    return {**{row.reference: row.guardian.name for row in wards}, **{row.reference: row.agent_name for row in given}}
