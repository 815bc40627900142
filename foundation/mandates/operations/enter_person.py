"""Find, or enter, a person whose identity card lies on the counter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.capacity import Capacity, capacity_of
from foundation.accounts.models import Person
from foundation.clock import city_date
from foundation.errors import RuleViolated
from foundation.identifiers import read_resident_id
from foundation.mandates.names import is_same_name

LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class Named:
    """Somebody as a form names them. ``part`` is what their fields are called by: ``child`` for ``child_name``, ``child_id_number``."""

    part: str
    name: str
    id_number: str


def enter_person(named: Named, *, now: datetime) -> Person:
    """Return the person with this number, made if the hall did not know them; the caller holds a transaction and writes the audit row.

    Raises ``RuleViolated`` naming the field: a slip in the number, no name, or a number that is known under another name. Only for
    officers, who have the card before them: to anybody else the last would tell who is known.
    """
    name, number = read_named(named, now=now)
    person = _find(number)
    if person is None:
        try:
            with transaction.atomic():
                return Person.objects.create(name=name, id_number=number, created_at=now)
        except IntegrityError:
            person = _find(number)
    if person is None or not is_same_name(person.name, name):
        message = _("The hall knows this ID number under another name. Compare both with the card.")
        raise RuleViolated(message, code="name_mismatch", field=f"{named.part}_name")
    return person


def read_named(named: Named, *, now: datetime) -> tuple[str, str]:
    """Return name and number as they are kept; raise ``RuleViolated`` naming the field."""
    name = " ".join(named.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise RuleViolated(_("Enter the person's name."), code="name_missing", field=f"{named.part}_name")
    return name, read_resident_id(named.id_number, today=city_date(now), field=f"{named.part}_id_number").number


def check_of_age(id_number: str, *, now: datetime, field: str) -> None:
    """Refuse to let a minor act for somebody else, or ask somebody else to act (Civil Code art. 19, 20, 27)."""
    if capacity_of(id_number, now=now) is not Capacity.FULL:
        raise RuleViolated(_("This person is under 18 and cannot act for somebody else."), code="under_age", field=field)


def _find(number: str) -> Person | None:
    return Person.objects.filter(id_number_index__of=number).first()  # type: ignore[misc]  # our own lookup
