"""Mandates as the two people between whom they are see them, in pages and in the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Person
from foundation.errors import NotAllowed
from foundation.mandates.mandate import Basis
from foundation.mandates.models import Agency, Delegation, Guardianship
from foundation.mandates.models.delegation import State
from foundation.mandates.names import is_same_name
from foundation.mandates.queries import Row, mandates_concerning
from foundation.mandates.scopes import Scope

# Long enough to settle what was done under it; officers and the log know it for longer.
OVER_SHOWN_FOR: Final = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One mandate in the eyes of one of the two. ``is_mine`` says that the reader is the one who acts; ``name`` is the other's.

    ``matter`` is the public reference of the only matter it is about, or empty. ``until`` is None for a legal representative.
    """

    reference: str
    basis: Basis
    title: str
    is_mine: bool
    name: str
    scopes: tuple[Scope, ...]
    matter: str
    since: datetime
    until: datetime | None
    state: State
    can_answer: bool
    can_end: bool

    @property
    def is_over(self) -> bool:
        """Whether it holds no more."""
        return self.state not in {State.WAITING, State.LIVE}


def person_of(actor: Actor) -> Person:
    """Return the person that a resident is; raise ``NotAllowed`` for anybody else."""
    person = Person.objects.filter(user__pk=actor.user_id or 0).first() if actor.id_number_index is not None else None
    if person is None:
        raise NotAllowed
    return person


def people_of(actor: Actor, *, now: datetime) -> list[Shown]:
    """Return for whom a resident acts and who acts for them, the latest first, what is over for a year. A fixed number of queries."""
    return known_to(person_of(actor), now=now)


def known_to(person: Person, *, now: datetime) -> list[Shown]:
    """Return the mandates that a person may know of, as they see them."""
    rows = (row for row in mandates_concerning(person) if _is_told(row, person, now=now))
    return [shown(row, person, now=now) for row in rows]


def _is_told(row: Row, person: Person, *, now: datetime) -> bool:
    """Whether a person may know of a row: an offer with a slip in it found the wrong one, and one that came to nothing is forgotten."""
    if row.over_at is not None and row.over_at < now - OVER_SHOWN_FOR:
        return False
    if not isinstance(row, Delegation) or person.pk in {row.principal_id, row.agent_id}:
        return True
    return row.state(now) == State.WAITING and is_same_name(row.agent_name, person.name)


def shown(row: Row, person: Person, *, now: datetime) -> Shown:
    """Return a mandate as one of the two sees it."""
    if isinstance(row, Delegation):
        return _delegation(row, person, now=now)
    is_guardianship = isinstance(row, Guardianship)
    return Shown(
        reference=row.reference,
        basis=Basis.GUARDIANSHIP if is_guardianship else Basis.AGENCY,
        title=_title(row, person),
        is_mine=(row.guardian_id if isinstance(row, Guardianship) else row.agent_id) == person.pk,
        name=_other(row, person),
        scopes=tuple(Scope) if isinstance(row, Guardianship) else _in_order(row.scopes),
        matter="",
        since=row.from_at,
        until=row.over_at,
        state=State.ENDED if row.ended_at else State.EXPIRED if row.is_over(now) else State.LIVE,
        can_answer=False,
        can_end=False,
    )


def _delegation(row: Delegation, person: Person, *, now: datetime) -> Shown:
    is_mine, state = row.principal_id != person.pk, row.state(now)
    return Shown(
        reference=row.reference,
        basis=Basis.DELEGATION,
        title=str(Basis.DELEGATION.label),
        is_mine=is_mine,
        name=row.principal.name if is_mine else row.agent_name,
        scopes=_in_order(row.scopes),
        matter=row.matter.partition(":")[2],
        since=row.from_at,
        until=row.until_at if state in {State.WAITING, State.LIVE} else row.over_at,
        state=state,
        can_answer=is_mine and state == State.WAITING,
        can_end=state == State.LIVE or (state == State.WAITING and not is_mine),
    )


def _other(row: Guardianship | Agency, person: Person) -> str:
    if isinstance(row, Agency):
        return row.company.name
    return row.child.name if row.guardian_id == person.pk else row.guardian.name


def _title(row: Guardianship | Agency, person: Person) -> str:
    if isinstance(row, Guardianship) and row.guardian_id == person.pk:
        return _("Your child") if row.kind == Guardianship.Kind.PARENT else _("Your ward")
    if isinstance(row, Guardianship):
        return str(row.get_kind_display())
    return _("Legal representative") if row.is_legal_representative else str(Basis.AGENCY.label)


def _in_order(scopes: Iterable[str]) -> tuple[Scope, ...]:
    given = set(scopes)
    return tuple(scope for scope in Scope if scope.value in given)
