"""Import cases from JSON, one object a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cases.imports.files import ArchiveFile, Unreadable
from cases.imports.histories import CaseHistory
from cases.imports.job import ImportJob
from cases.imports.lines import first_line_of, read_lines
from cases.imports.ndjson import LONGEST_LINE, HistoryReader, place_of
from cases.imports.report import ImportReport, Progress, Reason, RowSkipped
from cases.models import Category
from cases.operations.import_histories import import_histories
from cases.permissions import IMPORT, check_may_at
from foundation.organisations.models import Organisation

# A line may hold a megabyte, so a batch also ends when its lines make this many bytes.
BATCH_BYTES = 8_000_000


def import_ndjson(*, job: ImportJob, source: str) -> ImportReport:
    """Write the case of each line with its entries; return the counts. Can be repeated, and goes on after a kill.

    ``source`` names the system that the cases come from: with ``source_case_id`` it tells which cases are there already.
    """
    check_may_at(job.actor, IMPORT, job.unit)
    units = {unit.code: unit for unit in Organisation.objects.active().within(job.unit)}
    categories = {category.code: category for category in Category.objects.all()}
    run = _Run(job=job, source=source, reader=HistoryReader(unit=job.unit, units=units, categories=categories, now=job.now))
    for file in job.files:
        run.read(file)
    run.report.skipped = job.skipped.counts
    return run.report


@dataclass(frozen=True, slots=True)
class _Line:
    """A case and where it stands."""

    history: CaseHistory
    number: int


@dataclass(kw_only=True)
class _Run:
    """One run through the files. Cases wait in ``waiting`` until they make a batch; a batch never reaches into the next file."""

    job: ImportJob
    source: str
    reader: HistoryReader
    report: ImportReport = field(default_factory=ImportReport)
    waiting: dict[str, _Line] = field(default_factory=dict)
    _bytes_done: int = 0

    def read(self, file: ArchiveFile) -> None:
        """Import one file; what is wrong with it as a whole goes into the report, and the next file is read."""
        position = written = 0
        try:
            for number, line in self._lines(file):
                position += len(line)
                self._take(file, number, line, position)
                if len(self.waiting) >= self.job.batch or position - written > BATCH_BYTES:
                    self._write(file, position)
                    written = position
        except Unreadable as problem:
            self.report.unread.append((file.name, str(problem)))
        else:
            self.report.files += 1
        self._write(file, position)
        self._bytes_done += file.size

    def _lines(self, file: ArchiveFile) -> Iterator[tuple[int, bytes]]:
        with file.open() as stream:
            number = 0
            for number, line in read_lines(stream, longest=LONGEST_LINE):
                content = first_line_of(line) if number == 1 else line
                if content.strip():
                    yield number, content
            if not number:
                raise Unreadable("the file is empty")

    def _take(self, file: ArchiveFile, number: int, line: bytes, position: int) -> None:
        self.report.rows += 1
        try:
            history = self.reader.read(line)
        except RowSkipped as skipped:
            self.job.skipped.add(file=file.name, line=number, reason=skipped.reason, explanation=skipped.explanation)
            return
        if history.source_case_id in self.waiting:
            # A batch knows each case once; what the second line adds comes as news of a case that is there.
            self._write(file, position)
        self.waiting[history.source_case_id] = _Line(history, number)

    def _write(self, file: ArchiveFile, position: int) -> None:
        if self.waiting:
            result = import_histories(
                actor=self.job.actor,
                unit=self.job.unit,
                source=self.source,
                histories=[line.history for line in self.waiting.values()],
                place_of=place_of,
                now=self.job.now,
            )
            self.report.add(result)
            for case_id in dict.fromkeys(case_id for case_id, _key in result.refused):
                self.job.skipped.add(
                    file=file.name,
                    line=self.waiting[case_id].number,
                    reason=Reason.CASE_JOINED,
                    explanation="The case was joined with another in the hall.",
                )
            self.waiting.clear()
        done, total = self._bytes_done + position, sum(each.size for each in self.job.files)
        self.job.tell(Progress(stage="writing", done=done, total=total, rows=self.report.rows))
