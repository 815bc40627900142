"""What the audit log keeps of a change: enough to see what changed, and nothing by which it names a person.

A value is kept as it is only if it is a number, a truth, a moment, or a word that is plainly a code of the hall: a status, a
capability, a public reference, a hash. Everything else is hidden by the rule of ``foundation.encryption.masking``, whatever the
operation thought of it; so is every value of a field that is encrypted at rest, and every run of digits long enough for an ID
number or a phone. An operation that means a text to be read by auditors says so with :class:`Plain`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from functools import cache, singledispatch
from typing import Any

from django.apps import apps

from foundation.encryption.fields import EncryptedTextField
from foundation.encryption.masking import mask_name, mask_number

LONGEST_PLAIN = 128
# Nothing is counted as far as this; a number that is larger may be somebody's.
_LARGEST_COUNT = 10**10
# A name or an address is masked; of longer words nothing but their length is kept: first letters of each would add up.
LONGEST_MASKED = 40
# Words that are not yet encrypted fields anywhere, and must never become readable in the log when somebody writes them into it.
_ALWAYS_PERSONAL = frozenset(
    {"name", "display_name", "id_number", "phone", "email", "address", "birth_date", "username", "password", "secret", "token"}
)
_CODE = re.compile(r"[a-z0-9][a-z0-9_.:/-]*|[A-Z]{1,3}(-[0-9A-HJKMNP-TV-Z]{4}){3}")
# 11 digits are a mobile, 15 or 18 an ID number, with or without a country's number before; 12 are the code of an organisation.
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])\+?(?:\d{11}|\d{13,19}|\d{14,17}[Xx])(?![0-9A-Za-z])")


class Plain(str):
    """A text that names nobody and that auditors should read, such as the title of a role. Numbers in it are masked all the same."""

    __slots__ = ()


@cache
def personal_fields() -> frozenset[str]:
    """Return the names of all fields that hold personal data somewhere: those encrypted at rest, and a few known ones."""
    encrypted = (field.name for model in apps.get_models() for field in model._meta.local_fields if isinstance(field, EncryptedTextField))
    return _ALWAYS_PERSONAL | frozenset(encrypted)


def masked(name: str, value: Any) -> Any:
    """Return what may be kept of a field's value, ready for JSON."""
    return _masked(value, name)


@singledispatch
def _masked(value: object, name: str) -> Any:
    return _text(name, str(value))


@_masked.register(bool)
@_masked.register(type(None))
def _truth(value: bool | None, name: str) -> bool | None:
    return value


@_masked.register(int)
@_masked.register(float)
def _number(value: float, name: str) -> float | str:
    return value if name not in personal_fields() and abs(value) < _LARGEST_COUNT else mask_number(str(value))


@_masked.register
def _moment(value: date, name: str) -> str:
    return value.isoformat() if name not in personal_fields() else mask_number(value.isoformat())


@_masked.register
def _choice(value: Enum, name: str) -> Any:
    return value.value


@_masked.register
def _plain(value: Plain, name: str) -> str:
    return _LONG_NUMBER.sub(lambda found: mask_number(found[0]), value)


@_masked.register
def _mapping(value: Mapping, name: str) -> dict[str, Any]:  # type: ignore[type-arg]
    return {str(key): masked(str(key), each) for key, each in value.items()}


@_masked.register(list)
@_masked.register(tuple)
@_masked.register(set)
@_masked.register(frozenset)
def _several(value: Iterable[Any], name: str) -> list[Any]:
    return [masked(name, each) for each in value]


def _text(name: str, text: str) -> str:
    if name not in personal_fields() and _is_code(text):
        return text
    if text.isascii() and " " not in text.strip() and any(character.isdigit() for character in text):
        return mask_number(text) if len(text) <= LONGEST_MASKED else _length_of(text)
    return mask_name(text) if len(text) <= LONGEST_MASKED else _length_of(text)


def _is_code(text: str) -> bool:
    if not text:
        return True
    return len(text) <= LONGEST_PLAIN and _CODE.fullmatch(text) is not None and _LONG_NUMBER.search(text) is None


def _length_of(text: str) -> str:
    return f"[{len(text)}]"
