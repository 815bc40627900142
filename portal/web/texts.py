"""The hall's texts, read from ``seeds/texts``: bilingual data, so that a lawyer corrects a page without touching code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from foundation.languages import Bilingual
from foundation.seed_files import SeedRow, read_seed

LONGEST = 1200
NAMES = ("rights", "laws", "papers", "penalties", "convenience", "about", "privacy", "accessibility")


@dataclass(frozen=True, kw_only=True)
class TextLink:
    """A link of a section, inside the hall or a ``tel:`` number."""

    label: Bilingual
    href: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """One heading of a page; ``limit`` is a term in days or hours, ``remedy`` what to do against it, ``source`` the articles of law."""

    id: str
    title: Bilingual
    paragraphs: tuple[Bilingual, ...]
    points: tuple[Bilingual, ...]
    limit: Bilingual | None
    remedy: Bilingual | None
    source: Bilingual | None
    links: tuple[TextLink, ...]


@dataclass(frozen=True, kw_only=True)
class TextPage:
    """One page of text; ``reviewed_on`` is the day somebody last held it against the law."""

    name: str
    title: Bilingual
    lead: Bilingual
    reviewed_on: date
    sections: tuple[Section, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """One of the eight boards of the home page."""

    path: str
    icon: str
    title: Bilingual
    text: Bilingual


def _bilingual(row: SeedRow) -> Bilingual:
    row.only("en", "zh")
    return Bilingual(en=row.text("en", longest=LONGEST), zh=row.text("zh", longest=LONGEST))


def _optional(row: SeedRow, name: str) -> Bilingual | None:
    return _bilingual(row.row(name)) if name in row.values else None


def _list(row: SeedRow, name: str) -> tuple[SeedRow, ...]:
    return row.rows(name) if name in row.values else ()


def _link(row: SeedRow) -> TextLink:
    row.only("en", "zh", "href")
    href = row.text("href", longest=200)
    if not href.startswith(("/", "tel:", "#")):
        raise row.broken(_("a link stays inside the hall or is a phone number."))
    return TextLink(label=Bilingual(en=row.text("en", longest=LONGEST), zh=row.text("zh", longest=LONGEST)), href=href)


def _section(row: SeedRow) -> Section:
    row.only("id", "title", "paragraphs", "points", "limit", "remedy", "source", "links")
    return Section(
        id=row.text("id", longest=40),
        title=_bilingual(row.row("title")),
        paragraphs=tuple(_bilingual(each) for each in _list(row, "paragraphs")),
        points=tuple(_bilingual(each) for each in _list(row, "points")),
        limit=_optional(row, "limit"),
        remedy=_optional(row, "remedy"),
        source=_optional(row, "source"),
        links=tuple(_link(each) for each in _list(row, "links")),
    )


@cache
def text_page(name: str) -> TextPage:
    """Return one of the pages in :data:`NAMES`; raise ``BrokenSeed`` with file and line if it is not as it should be."""
    row = read_seed(settings.SEEDS / "texts" / f"{name}.yaml")
    row.only("title", "lead", "reviewed_on", "sections")
    reviewed_on = row.day("reviewed_on")
    if reviewed_on is None:
        raise row.broken(_("“reviewed_on” is missing."))
    sections = tuple(_section(each) for each in row.rows("sections"))
    return TextPage(
        name=name, title=_bilingual(row.row("title")), lead=_bilingual(row.row("lead")), reviewed_on=reviewed_on, sections=sections
    )


@cache
def boards() -> tuple[Board, ...]:
    """Return the boards of the home page in their order."""
    row = read_seed(settings.SEEDS / "texts" / "boards.yaml")
    row.only("boards")
    return tuple(_board(each) for each in row.rows("boards"))


def _board(row: SeedRow) -> Board:
    row.only("path", "icon", "title", "text")
    return Board(
        path=row.text("path", longest=60),
        icon=f"_icons/{row.text('icon', longest=20)}.svg",
        title=_bilingual(row.row("title")),
        text=_bilingual(row.row("text")),
    )
