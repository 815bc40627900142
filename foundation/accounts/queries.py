"""What pages ask about the people at the desks."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

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
