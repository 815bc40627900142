"""What a file ``personal_data.yaml`` says, as values. How it is written stands in ``docs/personal-data.md``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from foundation.languages import Bilingual
from foundation.privacy.classes import CLASSES, S2, DataClass
from foundation.privacy.terms import Term, read_term
from foundation.seed_files import SeedRow, read_seed

LONGEST = 600
HANDLES: Final = ("person", "user", "account", "label", "id_number")
"""What of a person a row can be found by: the key of their row or of their account, the account's public reference, alone or as
``resident:U-…``, the blind index of their ID number."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class FieldEntry:
    """One field. ``plain`` says why a sensitive one is not encrypted, ``because`` why the person gets no copy of it."""

    name: str
    data_class: DataClass
    label: Bilingual | None = None
    is_exported: bool = False
    is_correctable: bool = False
    plain: Bilingual | None = None
    because: Bilingual | None = None


@dataclass(frozen=True, kw_only=True)
class Keep:
    """One rule of how long: ``always``, as long as the row ``with_`` which it goes, or a ``term`` after a clock and what happens ``then``.

    ``after`` names clocks of the row; the first that is set counts, or the ``latest`` once all are set; ``only`` the rows for which
    these hold. ``fields`` are blanked; without them ``then`` is done to the whole row.
    """

    reason: Bilingual
    always: bool = False
    with_: str = ""
    term: Term | None = None
    after: tuple[str, ...] = ()
    is_latest: bool = False
    only: Mapping[str, bool | str] = field(default_factory=dict)
    then: str = ""
    fields: tuple[str, ...] = ()
    needs_lawyer: bool = False


@dataclass(frozen=True, kw_only=True)
class ModelEntry:
    """One table. ``belongs_to`` maps a lookup to the handle of a person; ``officers`` are relations that lead to officers only."""

    name: str
    row: SeedRow
    title: Bilingual
    purpose: Bilingual
    fields: Mapping[str, FieldEntry]
    keeps: tuple[Keep, ...]
    belongs_to: Mapping[str, str]
    officers: tuple[str, ...]
    held_with: Mapping[str, str]
    withheld: Bilingual | None
    is_unused: bool

    @property
    def personal_fields(self) -> tuple[FieldEntry, ...]:
        """The fields that tell of a natural person."""
        return tuple(each for each in self.fields.values() if each.data_class.is_personal)


def read_entries(path: Path) -> tuple[ModelEntry, ...]:
    """Return the entries of one file; raise ``BrokenSeed`` with file and line."""
    file = read_seed(path)
    return tuple(_model(name, file.row(name)) for name in file.values)


def _model(name: str, row: SeedRow) -> ModelEntry:
    row.only("title", "purpose", "belongs_to", "officers", "held_with", "withheld", "unused", "keep", "fields")
    belongs_to = _texts(row, "belongs_to")
    for handle in belongs_to.values():
        if handle not in HANDLES:
            raise row.broken(_("“%(name)s” is not known here.") % {"name": handle})
    fields: dict[str, FieldEntry] = {}
    for each in _fields(row.row("fields"), is_of_residents=bool(belongs_to)):
        if each.name in fields:
            raise row.broken(_("“%(name)s” is listed twice.") % {"name": each.name})
        fields[each.name] = each
    return ModelEntry(
        name=name,
        row=row,
        title=_bilingual(row.row("title")),
        purpose=_bilingual(row.row("purpose")),
        fields=fields,
        keeps=tuple(_keep(each) for each in row.rows("keep")),
        belongs_to=belongs_to,
        officers=_names(row, "officers"),
        held_with=_texts(row, "held_with"),
        withheld=_optional(row, "withheld"),
        is_unused=row.flag("unused", default=False),
    )


def _fields(row: SeedRow, *, is_of_residents: bool) -> Iterator[FieldEntry]:
    row.only(*CLASSES)
    for code in row.values:
        data_class = CLASSES[code]
        if isinstance(row.values[code], list):
            if data_class.is_personal and data_class is not S2:
                raise row.broken(_("a field of class %(class)s needs a label in both languages.") % {"class": code})
            for name in _names(row, code):
                yield FieldEntry(name=name, data_class=data_class)
        else:
            each = row.row(code)
            for name in each.values:
                yield _labelled(name, data_class, each.row(name), is_of_residents=is_of_residents)


def _labelled(name: str, data_class: DataClass, row: SeedRow, *, is_of_residents: bool) -> FieldEntry:
    row.only("en", "zh", "correct", "export", "because", "plain")
    is_personal_of_residents = is_of_residents and data_class.is_personal
    return FieldEntry(
        name=name,
        data_class=data_class,
        label=Bilingual(en=row.text("en", longest=LONGEST), zh=row.text("zh", longest=LONGEST)),
        is_exported=row.flag("export", default=is_personal_of_residents),
        is_correctable=row.flag("correct", default=False),
        plain=_optional(row, "plain"),
        because=_optional(row, "because"),
    )


def _keep(row: SeedRow) -> Keep:
    row.only("always", "with", "for", "after", "latest", "only", "then", "blank", "ground", "lawyer")
    if "always" in row.values:
        row.only("always", "lawyer")
        return Keep(always=True, reason=_bilingual(row.row("always")), needs_lawyer=row.flag("lawyer", default=False))
    if "with" in row.values:
        row.only("with", "ground", "lawyer")
        ground = _bilingual(row.row("ground"))
        return Keep(with_=row.text("with", longest=80), reason=ground, needs_lawyer=row.flag("lawyer", default=False))
    return Keep(
        term=read_term(row, "for"),
        after=_names(row, "latest") or _names(row, "after"),
        is_latest="latest" in row.values,
        only=row.row("only").values if "only" in row.values else {},
        then="blank" if "blank" in row.values else row.text("then", longest=40, default="delete"),
        fields=_names(row, "blank"),
        reason=_bilingual(row.row("ground")),
        needs_lawyer=row.flag("lawyer", default=False),
    )


def _names(row: SeedRow, name: str) -> tuple[str, ...]:
    found = row.values.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) and _NAME.fullmatch(each) for each in found):
        raise row.broken(_("“%(name)s” must be a list of names.") % {"name": name})
    return tuple(found)


def _texts(row: SeedRow, name: str) -> dict[str, str]:
    if name not in row.values:
        return {}
    each = row.row(name)
    return {key: each.text(key, longest=80) for key in each.values}


def _bilingual(row: SeedRow) -> Bilingual:
    row.only("en", "zh")
    return Bilingual(en=row.text("en", longest=LONGEST), zh=row.text("zh", longest=LONGEST))


def _optional(row: SeedRow, name: str) -> Bilingual | None:
    return _bilingual(row.row(name)) if name in row.values else None
