"""Phone numbers, as a clerk of a city in mainland China takes them down."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from foundation.errors import RuleViolated
from foundation.identifiers.crockford import LONGEST_INPUT, without_separators

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0(?:10|2[0-57-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")
_ABROAD = re.compile(r"\+(?!86)[1-9][0-9]{6,14}")
_HOME_PREFIX = re.compile(r"(?:\+|00)86")


def normalise_phone(text: str, *, field: str | None = None) -> str:
    """Return one way of writing a number: ``13812345678``, ``02112345678``, or E.164 (``+85291234567``) outside the mainland.

    Short numbers such as 110 or 12345 are nobody's and are refused. Raise ``RuleViolated(code="phone")`` naming ``field``.
    """
    number = _without_home_prefix(_joined(text))
    if number.startswith("00"):
        number = "+" + number[2:]
    if not any(shape.fullmatch(number) for shape in (_MOBILE, _LANDLINE, _ABROAD)):
        message = _("This is not a whole phone number. Give a mobile, or a landline with its area code.")
        raise RuleViolated(message, code="phone", field=field)
    return number


def _joined(text: str) -> str:
    """Return the digits, with a leading plus if there is one; ``(0)`` is the trunk zero that some write after +86."""
    if len(text) > LONGEST_INPUT:
        return ""
    return re.sub(r"[().]", "", without_separators(text).replace("(0)", ""))


def _without_home_prefix(number: str) -> str:
    if not _HOME_PREFIX.match(number):
        return number[2:] if number.startswith("86") and _MOBILE.fullmatch(number[2:]) else number
    national = _HOME_PREFIX.sub("", number, count=1)
    return national if national.startswith("0") or _MOBILE.fullmatch(national) else "0" + national
