"""A city's organisations as a seed file holds them.

One file is one city: ``bureau_code``, ``sources`` (short name of a source: what it is) and ``organisations``, parents first.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from foundation.organisations.models import CODE_LENGTH, Organisation
from foundation.seed_files import SeedRow, read_seed

Kind, Confidence = Organisation.Kind, Organisation.Confidence
OWN_SEAT = "000000"
_TEXTS = {
    "remit_zh": 120,
    "remit_en": 200,
    "address_zh": 120,
    "address_en": 200,
    "phone": 40,
    "opening_hours_zh": 120,
    "opening_hours_en": 120,
}
_NAMES = (
    *("code", "kind", "parent", "name_zh", "name_en", "confidence", "contact_confidence", "is_outside"),
    *("valid_from", "valid_until", "source", *_TEXTS),
)
_PARENTS = {Kind.BRANCH: {Kind.BUREAU}, Kind.STATION: {Kind.BRANCH}, Kind.SPECIAL_UNIT: {Kind.BUREAU, Kind.BRANCH}}


@dataclass(frozen=True, kw_only=True)
class CityFile:
    """A city read and checked: unsaved organisations, parents before children, each with its row in the file."""

    path: Path
    bureau_code: str
    rows: tuple[tuple[SeedRow, Organisation], ...]


def read_city(*, path: Path, today: date) -> CityFile:
    """Read one file; raise ``BrokenSeed`` with file and line if a fact in it cannot be so.

    An organisation whose ``valid_until`` lies before ``today`` is read as a former one.
    """
    top = read_seed(path)
    top.only("bureau_code", "sources", "organisations")
    bureau_code = top.text("bureau_code", longest=6)
    sources = top.row("sources").values
    found: dict[str, Organisation] = {}
    rows = []
    for row in top.rows("organisations"):
        organisation = _organisation(row, bureau_code, found, sources, today)
        found[organisation.code] = organisation
        rows.append((row, organisation))
    if sum(organisation.kind == Kind.BUREAU for organisation in found.values()) != 1:
        raise top.broken(_("a city has exactly one bureau."))
    return CityFile(path=path, bureau_code=bureau_code, rows=tuple(rows))


def _organisation(row: SeedRow, bureau_code: str, found: dict[str, Organisation], sources: Collection[str], today: date) -> Organisation:
    row.only(*_NAMES)
    organisation = Organisation(
        code=row.text("code", longest=CODE_LENGTH),
        bureau_code=bureau_code,
        kind=row.choice("kind", among=Kind.values),
        name_zh=row.text("name_zh", longest=60),
        name_en=row.text("name_en", longest=120),
        confidence=row.choice("confidence", among=Confidence.values),
        contact_confidence=row.choice("contact_confidence", among=Confidence.values, default=""),
        is_outside=row.flag("is_outside", default=False),
        valid_from=row.day("valid_from"),
        valid_until=row.day("valid_until"),
        **{name: row.text(name, longest=longest, default="") for name, longest in _TEXTS.items()},
    )
    if organisation.code in found:
        raise row.broken(_("the code %(code)s stands in this file twice.") % {"code": organisation.code})
    organisation.is_active = organisation.valid_until is None or organisation.valid_until >= today
    organisation.place_below(_parent(row, organisation, found))
    _check_place(row, organisation)
    _check_facts(row, organisation, sources)
    return organisation


def _parent(row: SeedRow, organisation: Organisation, found: dict[str, Organisation]) -> Organisation | None:
    given = row.text("parent", longest=CODE_LENGTH, default="")
    if organisation.kind == Kind.BUREAU or organisation.is_outside:
        if given:
            raise row.broken(_("a bureau and a unit outside the tree have no parent."))
        return None
    district = organisation.bureau_code if organisation.kind == Kind.BRANCH else organisation.code[:6]
    parent = found.get(given or district + OWN_SEAT)
    if parent is None or parent.kind not in _PARENTS[Kind(organisation.kind)] or parent.is_outside:
        raise row.broken(_("the organisation above it must stand further up in the file: a bureau for a branch, a branch for a station."))
    if organisation.is_active and not parent.is_active:
        raise row.broken(_("an organisation cannot outlive the one above it."))
    return parent


def _check_place(row: SeedRow, organisation: Organisation) -> None:
    code, kind = organisation.code, organisation.kind
    if not re.fullmatch(r"[1-9][0-9]{11}", code):
        raise row.broken(_("“code” must have 12 digits."))
    if kind == Kind.BUREAU and code != organisation.bureau_code + OWN_SEAT:
        raise row.broken(_("a bureau's code is the file's “bureau_code” and six zeros."))
    if (kind in {Kind.BUREAU, Kind.BRANCH}) != code.endswith(OWN_SEAT):
        raise row.broken(_("the codes of bureaus and branches, and no others, end in six zeros."))
    if organisation.is_outside and kind != Kind.SPECIAL_UNIT:
        raise row.broken(_("only a special unit can be outside the tree."))


def _check_facts(row: SeedRow, organisation: Organisation, sources: Collection[str]) -> None:
    source = row.choice("source", among=tuple(sources), default="")
    if organisation.confidence == Confidence.HIGH and not source:
        raise row.broken(_("a fact of high confidence names its source."))
    has_contact = any(getattr(organisation, name) for name in _TEXTS if not name.startswith("remit"))
    if has_contact != bool(organisation.contact_confidence):
        raise row.broken(_("an address, phone or opening hours, and no others, need “contact_confidence”."))
    begins, ends = organisation.valid_from, organisation.valid_until
    if begins and ends and ends < begins:
        raise row.broken(_("“valid_until” lies before “valid_from”."))
