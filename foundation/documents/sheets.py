"""What stands on a paper: a sheet of typed parts in both languages, which one layout draws.

Every kind of paper fills a :class:`Sheet` and nothing else reaches the page, so that no text of a person is ever taken for markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Paper(StrEnum):
    """What a sheet is printed on."""

    A4 = "a4"
    ROLL = "roll"


@dataclass(frozen=True, kw_only=True)
class Words:
    """The same words in both languages of the hall."""

    en: str
    zh: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of the table: what it is, and its value, in both languages where it is words."""

    label: Words
    value: str | Words


@dataclass(frozen=True, kw_only=True)
class Office:
    """Who issues the paper, and where to ask."""

    name: Words
    phone: str = ""
    address: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A heading with paragraphs below it."""

    heading: Words
    paragraphs: tuple[Words, ...]


@dataclass(frozen=True, kw_only=True)
class Square:
    """A QR code: what a camera reads, what a screen reader says of it, and the words beside it."""

    content: str
    purpose: Words
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One paper. ``squares`` are drawn in their order, the one that proves the paper comes last."""

    kind: str
    title: Words
    number: str
    office: Office
    issued_on: date
    valid_until: date | None = None
    facts: tuple[Fact, ...] = ()
    parts: tuple[Part, ...] = ()
    squares: tuple[Square, ...] = ()

    def texts(self) -> Iterator[str]:
        """Yield every text that is drawn: what fonts must have a shape for."""
        yield from _texts(self)


def _texts(thing: Any) -> Iterator[str]:
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple):
        for each in thing:
            yield from _texts(each)
    elif isinstance(thing, Square):
        yield from _texts((thing.purpose, thing.caption))
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _texts(getattr(thing, field.name))
