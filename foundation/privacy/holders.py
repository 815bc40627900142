"""Whose data it is: one resident, by every handle under which a table may know them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from foundation.accounts.actors import ActorKind
from foundation.accounts.models import Person, User
from foundation.privacy.entries import ModelEntry


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One resident. ``account`` is the public reference of their account."""

    person: UUID
    user: int
    account: str
    id_number: bytes | None

    @property
    def label(self) -> str:
        """The resident as one word for logs."""
        return f"{ActorKind.RESIDENT}:{self.account}"

    def lookup(self, entry: ModelEntry) -> Q | None:
        """Return the condition that finds their rows of a table; ``None`` for a table that belongs to no resident."""
        conditions = [Q(**{path: getattr(self, handle)}) for path, handle in entry.belongs_to.items() if getattr(self, handle) is not None]
        return reduce(or_, conditions) if conditions else None


def holder_of(user: User) -> Holder | None:
    """Return the resident who has an account; ``None`` for an officer."""
    person = user.person
    if person is None or user.is_officer:
        return None
    return _holder(user, person)


def holder_of_account(reference: str) -> Holder | None:
    """Return the resident whose account has this public reference."""
    user = User.objects.select_related("person").filter(reference=reference, kind=User.Kind.RESIDENT).first()
    return holder_of(user) if user else None


def _holder(user: User, person: Person) -> Holder:
    return Holder(person=person.pk, user=user.pk, account=user.reference, id_number=person.index_for_lookup)
