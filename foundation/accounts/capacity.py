"""What a person of some age may do by law: Civil Code art. 13, 17-20; the day of birth is in the ID number (GB 11643-1999).

From the eighteenth birthday on a person is an adult (art. 17, 18); from the eighth on a minor has limited capacity (art. 19); before
that a child has none, and its legal representative acts (art. 20). A birthday begins at midnight in the city. Somebody born on a 29
February has it on the last day of February where the year has no 29th (art. 202).
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.clock import CITY_ZONE, city_date
from foundation.errors import NotAllowed
from foundation.identifiers import read_resident_id

SELF_ACTING_FROM: Final = 8
OF_AGE_FROM: Final = 18


class Capacity(StrEnum):
    """For civil acts: none, limited, or full."""

    NONE = "none"
    LIMITED = "limited"
    FULL = "full"


def capacity_of(id_number: str, *, now: datetime) -> Capacity:
    """Return what the holder of a resident ID number may do by themselves at this moment. ``id_number`` is a number without slips."""
    born_on, today = born_on_of(id_number, now=now), city_date(now)
    if today < birthday(born_on, SELF_ACTING_FROM):
        return Capacity.NONE
    return Capacity.LIMITED if today < birthday(born_on, OF_AGE_FROM) else Capacity.FULL


def check_acts_alone(id_number: str, *, now: datetime) -> None:
    """Refuse a child under eight, who acts through its guardians only (Civil Code art. 20); older children may follow their own matters."""
    if capacity_of(id_number, now=now) is Capacity.NONE:
        message = _("Children under eight are represented by their parents or guardians, who sign in themselves.")
        raise NotAllowed(message, code="under_eight")


def of_age_at(id_number: str, *, now: datetime) -> datetime:
    """Return the moment at which the holder of a number comes of age: midnight, in the city, of the eighteenth birthday."""
    return datetime.combine(birthday(born_on_of(id_number, now=now), OF_AGE_FROM), time(), tzinfo=CITY_ZONE)


def born_on_of(id_number: str, *, now: datetime) -> date:
    """Return the day of birth that a number names; raise ``RuleViolated`` for what cannot be a number."""
    return read_resident_id(id_number, today=city_date(now)).born_on


def birthday(born_on: date, years: int) -> date:
    """Return the birthday in the year in which somebody becomes so many years old."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 2, 28)
