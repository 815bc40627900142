"""What pages ask about organisations. Every function costs one query, however large the city."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from foundation.errors import NotFound
from foundation.organisations.models import Organisation, OrganisationQuerySet

SEARCH_TERMS = 5
SEARCH_LENGTH = 60
_RANK = Case(*(When(kind=kind, then=Value(rank)) for rank, kind in enumerate(Organisation.Kind.values)), output_field=IntegerField())


@dataclass(frozen=True, kw_only=True)
class Branching:
    """An organisation with those directly below it, in the order in which a page shows them."""

    organisation: Organisation
    children: tuple[Branching, ...]


@dataclass(frozen=True, kw_only=True)
class City:
    """One city: the tree of offices that exist, the units shown beside it, and those that exist no longer."""

    tree: Branching
    outside: tuple[Organisation, ...]
    former: tuple[Organisation, ...]


def bureaus() -> OrganisationQuerySet:
    """Return the bureaus that exist, in the order of their codes."""
    return Organisation.objects.active().filter(kind=Organisation.Kind.BUREAU).order_by("code")


def organisation_by_code(*, code: str) -> Organisation:
    """Return one organisation, a former one too; raise ``NotFound(code="organisation_not_found")``."""
    found = Organisation.objects.select_related("parent").filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no organisation with this code."), code="organisation_not_found")
    return found


def city(*, bureau_code: str) -> City:
    """Return everything that a page about one city shows; raise ``NotFound(code="organisation_not_found")``."""
    everything = list(Organisation.objects.in_bureau(bureau_code).order_by(_RANK, "code"))
    active = [organisation for organisation in everything if organisation.is_active]
    below: defaultdict[int | None, list[Organisation]] = defaultdict(list)
    for organisation in active:
        below[organisation.parent_id].append(organisation)
    roots = [organisation for organisation in below[None] if not organisation.is_outside]
    if not roots:
        raise NotFound(_("There is no organisation with this code."), code="organisation_not_found")
    return City(
        tree=_branching(roots[0], below),
        outside=tuple(organisation for organisation in active if organisation.is_outside),
        former=tuple(organisation for organisation in everything if not organisation.is_active),
    )


def _branching(organisation: Organisation, below: defaultdict[int | None, list[Organisation]]) -> Branching:
    children = tuple(_branching(child, below) for child in below[organisation.pk])
    return Branching(organisation=organisation, children=children)


def search(*, text: str, bureau_code: str | None = None) -> OrganisationQuerySet:
    """Return the organisations whose Chinese or English name holds every word of ``text``, or whose code begins with it.

    Full-width characters, case, spaces and control characters do not matter. Nothing is found for an empty text. The
    caller cuts the list.
    """
    terms = _terms(text)
    if not terms:
        return Organisation.objects.none()
    found = Organisation.objects.active().filter(_holds_every(terms)).order_by(_RANK, "code")
    return found.in_bureau(bureau_code) if bureau_code else found


def _terms(text: str) -> list[str]:
    normal = unicodedata.normalize("NFKC", text[:SEARCH_LENGTH])
    printable = "".join(character if character.isprintable() else " " for character in normal)
    return printable.split()[:SEARCH_TERMS]


def _holds_every(terms: Iterable[str]) -> Q:
    condition = Q()
    for term in terms:
        condition &= Q(name_zh__icontains=term) | Q(name_en__icontains=term) | Q(code__startswith=term)
    return condition
