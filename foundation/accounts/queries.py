"""What pages ask about the people at the desks."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from foundation.accounts.actors import Actor
from foundation.accounts.models import Grant, User
from foundation.organisations.models import Organisation


def names_of(references: Iterable[str]) -> dict[str, str]:
    """Return name and badge of the officers among the people with these public references. One query."""
    officers = User.objects.filter(kind=User.Kind.OFFICER, reference__in=set(references))
    return {officer.reference: f"{officer.display_name} ({officer.badge_number})" for officer in officers}


def officers_at(*, unit: Organisation, capability: str) -> QuerySet[User]:
    """Return the officers who hold a capability at the unit, by a post there or above, in the order of their names."""
    above = (*unit.ancestor_codes, unit.code)
    posts = Grant.objects.live().filter(organisation__code__in=above, role__capabilities__contains=[capability])
    officers = User.objects.filter(kind=User.Kind.OFFICER, is_active=True, pk__in=posts.values("user_id"))
    return officers.order_by("display_name", "pk")


def units_for(actor: Actor, capability: str = "") -> QuerySet[Organisation]:
    """Return the units at which the actor holds a capability, or any at all, from the top of the tree down."""
    paths = actor.paths_for(capability) if capability else tuple(sorted({path for _held, path in actor.scopes}))
    held = Organisation.objects.filter(path__in=paths)
    return Organisation.objects.active().within(*held).order_by("path")
