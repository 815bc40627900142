"""The number of a resident identity card (GB 11643-1999): 6 digits region, 8 birth date, 3 order, 1 check.

The region is where the number was first given, not where the person was born or lives, and many such regions are gone:
Nanshi (310102), Luwan (310103), Zhabei (310108), the counties around Shanghai (3102xx). A table of today's regions, or
one that compares a region's years with the birth date, refuses living people; so only province and prefecture are looked
at, and the check character finds the slips.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext_lazy as _
from stdnum.iso7064 import mod_11_2

from foundation.errors import RuleViolated
from foundation.identifiers.crockford import LONGEST_INPUT, without_separators

# GB/T 2260: province and prefecture. 81, 82 and 83 are residence permits of people from Hong Kong, Macao and Taiwan.
_REGION = re.compile(r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])(?!00)[0-9]{4}|(?:71|8[1-3])[0-9]{4}")
_EARLIEST_BIRTH = date(1880, 1, 1)
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_OLD_SHAPE = re.compile(r"[0-9]{15}")


@dataclass(frozen=True, kw_only=True)
class ResidentId:
    """A number that is free of slips, and what it says by itself. It proves nothing about who holds it."""

    number: str
    region: str
    born_on: date
    sex: Literal["female", "male"]


def normalise_resident_id(text: str) -> str:
    """Return the number without separators, a final x as X, full-width digits as plain ones. Checks nothing."""
    return without_separators(text[:LONGEST_INPUT]).upper()


def read_resident_id(text: str, *, today: date, field: str | None = None) -> ResidentId:
    """Return what a typed number says; raise ``RuleViolated`` that names ``field`` and the slip if it cannot be one.

    Codes: ``resident_id_old`` (15 digits, given until 1999, void since 2013), ``resident_id_shape``, ``resident_id_region``,
    ``resident_id_birth_date`` (no such day, or after ``today``), ``resident_id_check``.
    """
    number = normalise_resident_id(text)
    if _OLD_SHAPE.fullmatch(number):
        message = _("This is an old number of 15 digits. Give the number of 18 digits on the present card.")
        raise RuleViolated(message, code="resident_id_old", field=field)
    if not _SHAPE.fullmatch(number) or len(text) > LONGEST_INPUT:
        message = _("A resident ID number has 17 digits and then a digit or X.")
        raise RuleViolated(message, code="resident_id_shape", field=field)
    if not _REGION.fullmatch(number[:6]):
        message = _("The first six digits are not a region. Compare them with the card.")
        raise RuleViolated(message, code="resident_id_region", field=field)
    born_on = _birth_date(number[6:14])
    if born_on is None or not _EARLIEST_BIRTH <= born_on <= today:
        message = _("Digits 7 to 14 are not a possible birth date. Compare them with the card.")
        raise RuleViolated(message, code="resident_id_birth_date", field=field)
    if not mod_11_2.is_valid(number):
        message = _("There is a slip in this number: its last character does not fit. Compare it with the card.")
        raise RuleViolated(message, code="resident_id_check", field=field)
    return ResidentId(number=number, region=number[:6], born_on=born_on, sex="male" if int(number[16]) % 2 else "female")


def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
