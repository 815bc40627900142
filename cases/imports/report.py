"""What an import did, and why it left rows out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why a row is not in the hall."""

    WITHOUT_CRIME_ID = "without_crime_id"
    NO_CASE = "no_case"
    UNKNOWN_OUTCOME = "unknown_outcome"
    UNKNOWN_CRIME_TYPE = "unknown_crime_type"
    OTHER_FORCE = "other_force"
    BROKEN_ROW = "broken_row"
    DUPLICATE_ROW = "duplicate_row"
    CASE_JOINED = "case_joined"


WORDS = {
    Reason.WITHOUT_CRIME_ID: "without Crime ID",
    Reason.NO_CASE: "outcome without a crime in the files or the hall",
    Reason.UNKNOWN_OUTCOME: "unknown outcome",
    Reason.UNKNOWN_CRIME_TYPE: "unknown crime type",
    Reason.OTHER_FORCE: "of another police force",
    Reason.BROKEN_ROW: "broken row",
    Reason.DUPLICATE_ROW: "duplicate row",
    Reason.CASE_JOINED: "case was joined with another in the hall",
}


class RowSkipped(Exception):
    """A row cannot be taken; ``explanation`` is one English sentence for whoever mends the file."""

    def __init__(self, reason: Reason, explanation: str) -> None:
        self.reason, self.explanation = reason, explanation
        super().__init__(explanation)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is: ``done`` of ``total`` bytes while reading, cases while writing; ``rows`` so far in this stage."""

    stage: str
    done: int
    total: int
    rows: int


@dataclass(kw_only=True)
class BatchResult:
    """What a batch changed. ``refused`` names case and step, as the source does, of steps that came too late: their case was joined."""

    cases_new: int = 0
    cases_updated: int = 0
    cases_unchanged: int = 0
    entries_new: int = 0
    entries_unchanged: int = 0
    entries_late: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(kw_only=True)
class ImportReport:
    """Counts of one run. ``skipped`` counts rows by reason, ``unread`` pairs a file with what is wrong with it."""

    files: int = 0
    rows: int = 0
    cases_new: int = 0
    cases_updated: int = 0
    cases_unchanged: int = 0
    entries_new: int = 0
    entries_unchanged: int = 0
    entries_late: int = 0
    outcomes_taken: int = 0
    skipped: Counter[Reason] = field(default_factory=Counter)
    unread: list[tuple[str, str]] = field(default_factory=list)

    def add(self, batch: BatchResult) -> None:
        """Add what a batch changed."""
        self.cases_new += batch.cases_new
        self.cases_updated += batch.cases_updated
        self.cases_unchanged += batch.cases_unchanged
        self.entries_new += batch.entries_new
        self.entries_unchanged += batch.entries_unchanged
        self.entries_late += batch.entries_late

    @property
    def cases(self) -> int:
        """Cases of the files that are in the hall now."""
        return self.cases_new + self.cases_updated + self.cases_unchanged

    @property
    def is_in_vain(self) -> bool:
        """Whether nothing at all could be used of what was given."""
        return not self.files or (self.rows > 0 and not self.cases)

    def __str__(self) -> str:
        lines = [
            f"files read          {self.files:>10,}",
            f"rows read           {self.rows:>10,}",
            f"cases               {self.cases_new:>10,} new {self.cases_updated:>10,} updated {self.cases_unchanged:>10,} unchanged",
            f"progress entries    {self.entries_new:>10,} new {self.entries_unchanged:>10,} unchanged",
        ]
        if self.outcomes_taken:
            lines.append(f"  from outcome rows {self.outcomes_taken:,}")
        if self.entries_late:
            lines.append(f"  stored late, without moving the stage back: {self.entries_late:,}")
        lines.append(f"rows skipped        {self.skipped.total():>10,}")
        lines += [f"  {WORDS[reason]}: {count:,}" for reason, count in self.skipped.most_common()]
        lines += [f"not read: {name}: {problem}" for name, problem in self.unread]
        return "\n".join(lines)
