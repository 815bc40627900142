"""Pages of a list that stay right while the list grows, for both faces.

A page starts after a row, not after a number of rows: the database reads an index instead of counting, page 1,000
costs what page 1 costs, and a row added meanwhile shifts nothing. One query a page.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.errors import DomainError

M = TypeVar("M", bound=Model)

LONGEST_CURSOR = 1_000


class InvalidCursor(DomainError):
    """The cursor is cut off, made up, or belongs to another list: 400."""

    status = 400
    code = "invalid_cursor"
    message = _("This page link no longer works. Start again at the first page.")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[M]):
    """The rows of one page, and the cursors of its neighbours."""

    items: list[M]
    next: str | None
    previous: str | None

    def __iter__(self) -> Iterator[M]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def keyset_page(*, query: QuerySet[M], ordering: Sequence[str], size: int, cursor: str | None = None) -> Page[M]:
    """Return one page of ``query``, sorted by ``ordering`` (``-`` sorts downwards).

    The fields of ``ordering`` are never null and the last is unique, or rows with equal values would be lost between
    pages. Fields of a related row need ``select_related``. Raises :class:`InvalidCursor`.
    """
    is_backwards, position = _unseal(cursor, ordering) if cursor else (False, [])
    direction = [_turned(name) for name in ordering] if is_backwards else list(ordering)
    if position:
        query = query.filter(_after(direction, position))
    rows = list(query.order_by(*direction)[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    if is_backwards:
        rows.reverse()
    has_next, has_previous = (bool(rows), has_more) if is_backwards else (has_more, bool(cursor) and bool(rows))
    return Page(
        items=rows,
        next=_seal(False, rows[-1], ordering) if has_next else None,
        previous=_seal(True, rows[0], ordering) if has_previous else None,
    )


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _after(direction: Sequence[str], position: Sequence[Any]) -> Q:
    """Rows behind a position: ``a > x or (a = x and (b > y or …))``, with ``a >= x`` beside it so that an index is used."""
    name, value = direction[0].removeprefix("-"), position[0]
    compare = "lt" if direction[0].startswith("-") else "gt"
    beyond = Q(**{f"{name}__{compare}": value})
    if len(direction) == 1:
        return beyond
    return Q(**{f"{name}__{compare}e": value}) & (beyond | (Q(**{name: value}) & _after(direction[1:], position[1:])))


def _value(row: Model, name: str) -> str | int:
    value: Any = row
    for part in name.removeprefix("-").split("__"):
        value = getattr(value, part)
    if value is None:
        raise ValueError(f"A list sorted by {name} holds a row without it; pages need a value in each row.")
    if isinstance(value, int):
        return value
    return str(value.isoformat() if hasattr(value, "isoformat") else value)


@lru_cache(maxsize=8)
def _cipher(secret: str) -> AESSIV:
    """A cursor names rows by columns nobody outside may read, so it is encrypted; the same page always gets the same one."""
    return AESSIV(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hall page cursor").derive(secret.encode()))


def _seal(is_backwards: bool, row: Model, ordering: Sequence[str]) -> str:
    text = json.dumps([is_backwards, *(_value(row, name) for name in ordering)], separators=(",", ":"))
    sealed = _cipher(settings.SECRET_KEY).encrypt(text.encode(), [",".join(ordering).encode()])
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _unseal(cursor: str, ordering: Sequence[str]) -> tuple[bool, list[Any]]:
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise InvalidCursor
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise InvalidCursor from error
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            is_backwards, *position = json.loads(_cipher(secret).decrypt(sealed, [",".join(ordering).encode()]))
        except (InvalidTag, ValueError):
            continue
        return is_backwards, position
    raise InvalidCursor
