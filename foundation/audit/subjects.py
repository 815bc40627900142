"""How each service tells the logs about its things. Filled when Django starts, by the apps' ``ready()``.

The foundation knows no case and no application. A service registers each kind of thing that is acted on or looked at: whose it is,
to which bureau it belongs, and which persons somebody gets to know of by looking at it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise

if TYPE_CHECKING:
    from foundation.accounts.actors import Actor
    from foundation.audit.log import Subject, Who

# The references of a resident's own things, as a query of one column.
OwnReferences = Callable[["Actor"], QuerySet[Any, str]]
BureauOf = Callable[[str], str | None]
OutsidePersons = Callable[["Who", Sequence["Subject"]], Collection[bytes]]


@dataclass(frozen=True, kw_only=True)
class SubjectKind:
    """One kind of thing, by the word that stands in ``subject_kind``.

    ``prefix`` begins its public references. ``bureau_of`` returns the six digits of its bureau, or None if there is no such thing.
    ``own`` returns the references of a resident's own things, those that are dark to remote ways left out. ``outside_persons`` returns
    a key for each person that an officer gets to know of by looking at these things, leaving out what is the officer's own assignment.
    ``own_page`` names the address of a thing's page among the resident's own, which takes its reference.
    """

    kind: str
    title: str | Promise
    prefix: str = ""
    bureau_of: BureauOf | None = None
    own: OwnReferences | None = None
    outside_persons: OutsidePersons | None = None
    own_page: str = ""


_kinds: dict[str, SubjectKind] = {}


def register(kind: SubjectKind) -> None:
    """Let the logs know a kind of thing. Raise ``ValueError`` if another is registered under that word or prefix."""
    if _kinds.setdefault(kind.kind, kind) != kind:
        raise ValueError(f"the kind {kind.kind!r} is registered twice")
    if kind.prefix and [each for each in _kinds.values() if each.prefix == kind.prefix] != [kind]:
        raise ValueError(f"two kinds have references that begin with {kind.prefix!r}")


def kinds() -> tuple[SubjectKind, ...]:
    """Return every kind, in the order of registration."""
    return tuple(_kinds.values())


def kind_called(kind: str) -> SubjectKind | None:
    """Return a kind by its word."""
    return _kinds.get(kind)


def kind_of_reference(reference: str) -> SubjectKind | None:
    """Return the kind that a public reference belongs to, by what it begins with."""
    prefix = reference.partition("-")[0]
    return next((each for each in _kinds.values() if each.prefix and each.prefix == prefix), None)
