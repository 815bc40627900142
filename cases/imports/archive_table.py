"""The table ``seeds/imports/police-uk.yaml``: what the words of the archive mean in the hall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cases.domain.workflow import CRIMINAL
from foundation.seed_files import SeedRow, read_seed

LONGEST_TEXT = 500
LONGEST_CODE = 60


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a step of the archive means: the status it leads to, whether anything is planned after it, and its words."""

    code: str
    status: str
    order: int
    closes: bool
    text_en: str
    text_zh: str


@dataclass(frozen=True, kw_only=True)
class ArchiveTable:
    """The table, ready for use.

    ``steps`` stand in the order in which steps of one month came: by ``order``, then by their place in the file. So the order is total,
    and a case ends in the same status whichever of its rows was read first. ``outcomes`` and ``crime_types`` map a name of the archive to
    its place in ``steps`` and ``categories``; ``forces`` maps one to the code of an organisation.
    """

    recorded: Meaning
    steps: tuple[Meaning, ...]
    outcomes: Mapping[str, int]
    crime_types: Mapping[str, int]
    categories: tuple[str, ...]
    forces: Mapping[str, str]


def read_table(path: Path) -> ArchiveTable:
    """Read the table; raise ``BrokenSeed`` with file and line for a meaning that the hall does not know."""
    top = read_seed(path)
    top.only("forces", "crime_types", "recorded", "outcomes")
    rows = sorted(top.rows("outcomes"), key=_order)
    crime_types = top.rows("crime_types")
    categories = tuple(dict.fromkeys(row.text("category", longest=LONGEST_CODE) for row in crime_types))
    return ArchiveTable(
        recorded=_meaning(top.row("recorded"), code="recorded"),
        steps=tuple(_meaning(row, code=row.text("code", longest=LONGEST_CODE)) for row in rows),
        outcomes=_names([(row, place) for place, row in enumerate(rows)]),
        crime_types=_names([(row, categories.index(row.text("category", longest=LONGEST_CODE))) for row in crime_types]),
        categories=categories,
        forces={row.text("name", longest=120): row.text("organisation", longest=12) for row in top.rows("forces")},
    )


def _order(row: SeedRow) -> int:
    order = row.values.get("order")
    if type(order) is not int:
        raise row.broken("“order” must be a whole number.")
    return order


def _meaning(row: SeedRow, *, code: str) -> Meaning:
    row.only("code", "name", "also", "status", "order", "is_final", "text_en", "text_zh", "next_en", "next_zh")
    texts = {name: row.text(name, longest=LONGEST_TEXT // 2 - 1) for name in ("text_en", "text_zh", "next_en", "next_zh")}
    return Meaning(
        code=code,
        status=row.choice("status", among=CRIMINAL.statuses),
        order=0 if code == "recorded" else _order(row),
        closes=row.flag("is_final"),
        text_en=f"{texts['text_en']} {texts['next_en']}",
        text_zh=texts["text_zh"] + texts["next_zh"],
    )


def _names(places: Iterable[tuple[SeedRow, int]]) -> dict[str, int]:
    """Map each row's name, and the names it also had, to the row's place."""
    found: dict[str, int] = {}
    for row, place in places:
        for name in (row.text("name", longest=120), *row.values.get("also", ())):
            if name in found:
                raise row.broken(f"“{name}” has a meaning already.")
            found[name] = place
    return found
