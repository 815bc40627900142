"""How a person is reached and signs in, as the counter sees it: masked, whatever face draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foundation.accounts.models import Identity, User
from foundation.encryption.masking import mask_name, mask_number
from foundation.errors import Hidden


@dataclass(frozen=True, kw_only=True)
class Reached:
    """One person. ``ways`` are the codes of the identity providers that sign them in; ``phone`` is empty where there is none."""

    reference: str
    name: str
    id_number: str
    phone: str
    phone_signs_in: bool
    ways: tuple[str, ...]


def reached(user: User, *, now: datetime) -> Reached:
    """Return a resident with nothing in full. One query."""
    person = user.person
    if person is None:
        raise Hidden
    ways = Identity.objects.filter(person=person).order_by("linked_at", "pk").values_list("provider", flat=True)
    return Reached(
        reference=user.reference,
        name=mask_name(person.name),
        id_number=mask_number(person.id_number),
        phone=mask_number(person.phone) if person.phone else "",
        phone_signs_in=person.phone_signs_in(now=now),
        ways=tuple(dict.fromkeys(ways)),
    )
