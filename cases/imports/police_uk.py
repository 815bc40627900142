"""Rows of the archive of data.police.uk, as its `street` and `outcomes` files hold them.

Columns are found by their names, in any order; more of them do no harm. Of a row only what makes a case or a step is read:
Crime ID, Month, the police force, and the crime type or the outcome. Places are not taken: the hall shows none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cache

from cases.imports.archive_table import ArchiveTable
from cases.imports.files import ArchiveFile, Unreadable
from cases.imports.histories import BEFORE_ALL, Place
from cases.imports.lines import LineProblem, cells_of, first_line_of, read_lines, text_of
from cases.imports.report import Reason, RowSkipped
from foundation.clock import CITY_ZONE

SOURCE = "police-uk"
RECORDED = "recorded"
LONGEST_LINE = 65_536
CRIME_ID, MONTH, FORCE, CRIME_TYPE, OUTCOME_TYPE = "crime id", "month", "falls within", "crime type", "outcome type"
_CRIME_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,79}")
_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")


class FileKind(Enum):
    """The two kinds of file, known by the column that the other kind has not."""

    CRIMES = CRIME_TYPE
    OUTCOMES = OUTCOME_TYPE


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """One row that can be taken: ``meaning`` is the place of its crime type or outcome in the table, ``month`` the first of a month."""

    crime_id: str
    month: str
    meaning: int
    line: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """What reading one line gave: a row to take, or why it is left out; ``position`` is in bytes from the start of the file."""

    taken: ArchiveRow | None
    skipped: RowSkipped | None
    line: int
    position: int


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The first line of a file: what kind of file it is and where its columns stand."""

    kind: FileKind
    columns: Mapping[str, int]
    width: int


@cache
def month_start(month: str) -> datetime:
    """Return the first moment of a month such as ``2016-08`` in the city. The archive knows no days."""
    return datetime.combine(date.fromisoformat(f"{month}-01"), time.min, tzinfo=CITY_ZONE)


def step_key(*, month: str, code: str, occurrence: int) -> str:
    """Return the name of a step within its case. Equal rows of a file are told apart by their number: each is one accused person."""
    return f"{month}/{code}/{occurrence}"


def place_teller(table: ArchiveTable) -> Callable[[str, datetime], Place]:
    """Return the function that tells the place of a stored entry from its key."""
    places = {meaning.code: place for place, meaning in enumerate(table.steps)}

    def place_of(key: str, at: datetime) -> Place:
        if key == RECORDED:
            return BEFORE_ALL
        return at, places.get(key.split("/")[1] if "/" in key else "", len(places))

    return place_of


class ArchiveReader:
    """Reads the rows of archive files. ``own_forces`` are the forces whose rows are taken; ``None`` takes all."""

    def __init__(self, table: ArchiveTable, *, own_forces: frozenset[str] | None, today: date) -> None:
        self._table, self._own_forces = table, own_forces
        self._this_month = f"{today:%Y-%m}"

    def kind_of(self, file: ArchiveFile) -> FileKind:
        """Return what kind of file it is; raise :class:`Unreadable`."""
        with file.open() as stream:
            return read_heading(stream.readline(LONGEST_LINE + 1)).kind

    def read(self, file: ArchiveFile) -> Iterator[Row]:
        """Yield what each line gives, in constant memory; raise :class:`Unreadable` if the file itself cannot be read."""
        with file.open() as stream:
            lines = read_lines(stream, longest=LONGEST_LINE)
            _number, first = next(lines, (0, b""))
            heading, position = read_heading(first), len(first)
            for number, line in lines:
                position += len(line)
                if not line.strip():
                    continue
                try:
                    yield Row(taken=self._take(heading, number, line), skipped=None, line=number, position=position)
                except RowSkipped as skipped:
                    yield Row(taken=None, skipped=skipped, line=number, position=position)

    def _take(self, heading: Heading, number: int, line: bytes) -> ArchiveRow:
        try:
            cells = cells_of(text_of(line, longest=LONGEST_LINE))
        except LineProblem as problem:
            raise RowSkipped(Reason.BROKEN_ROW, str(problem)) from problem
        if len(cells) != heading.width:
            raise RowSkipped(Reason.BROKEN_ROW, f"The row has {len(cells)} cells where the heading has {heading.width}.")
        row = {name: cells[place].strip() for name, place in heading.columns.items()}
        self._check_force(row.get(FORCE, ""))
        if not row[CRIME_ID]:
            raise RowSkipped(Reason.WITHOUT_CRIME_ID, "The row has no Crime ID.")
        self._check_identity(row)
        meaning = self._meaning(heading.kind, row)
        if not line.endswith(b"\n") and self._may_be_cut(heading, cells):
            raise RowSkipped(Reason.BROKEN_ROW, "The file ends inside this row.")
        return ArchiveRow(row[CRIME_ID], row[MONTH], meaning, number)

    def _check_force(self, force: str) -> None:
        if self._own_forces is not None and force and force not in self._own_forces:
            raise RowSkipped(Reason.OTHER_FORCE, f"The row is of “{force[:80]}”; name its unit with --unit to import it.")

    def _check_identity(self, row: Mapping[str, str]) -> None:
        if not _CRIME_ID.fullmatch(row[CRIME_ID]):
            raise RowSkipped(Reason.BROKEN_ROW, "The Crime ID has more than 80 characters, or some that are neither letter nor digit.")
        if not _MONTH.fullmatch(row[MONTH]):
            raise RowSkipped(Reason.BROKEN_ROW, f"“{row[MONTH][:20]}” is not a month such as 2016-08.")
        if row[MONTH] > self._this_month:
            raise RowSkipped(Reason.BROKEN_ROW, f"The month {row[MONTH]} has not come yet.")

    def _meaning(self, kind: FileKind, row: Mapping[str, str]) -> int:
        name = row[kind.value]
        if kind is FileKind.CRIMES:
            known, reason, what = self._table.crime_types, Reason.UNKNOWN_CRIME_TYPE, "crime type"
        else:
            known, reason, what = self._table.outcomes, Reason.UNKNOWN_OUTCOME, "outcome"
        meaning = known.get(name)
        if meaning is None:
            raise RowSkipped(reason, f"The {what} “{name[:80]}” is not in seeds/imports/police-uk.yaml.")
        return meaning

    def _may_be_cut(self, heading: Heading, cells: list[str]) -> bool:
        """Whether the last row of a file without a line end may have lost letters that matter.

        “Suspect charged” may have been “Suspect charged as part of another case”; a name that no longer one begins with is whole.
        """
        if heading.width - 1 not in heading.columns.values():
            return False
        if heading.columns[heading.kind.value] != heading.width - 1:
            return heading.columns[CRIME_ID] == heading.width - 1
        names = (*self._table.outcomes, *self._table.crime_types)
        return any(name != cells[-1] and name.startswith(cells[-1]) for name in names)


def read_heading(line: bytes) -> Heading:
    """Return what the first line of a file says; raise :class:`Unreadable` with what to mend."""
    first = first_line_of(line)
    if not first.strip():
        raise Unreadable("the file is empty")
    try:
        names = [cell.strip().lower() for cell in cells_of(text_of(first, longest=LONGEST_LINE))]
    except LineProblem as problem:
        raise Unreadable("the first line is not a heading of the archive") from problem
    kinds = [kind for kind in FileKind if kind.value in names]
    missing = [name for name in (CRIME_ID, MONTH) if name not in names]
    if len(kinds) != 1 or missing:
        raise Unreadable(
            "the first line is not the heading of a street or outcomes file: it needs Crime ID, Month and either Crime type or Outcome type"
        )
    wanted = [name for name in (CRIME_ID, MONTH, FORCE, kinds[0].value) if name in names]
    if any(names.count(name) > 1 for name in wanted):
        raise Unreadable("a column stands in the heading twice")
    return Heading(kind=kinds[0], columns={name: names.index(name) for name in wanted}, width=len(names))
