"""Import the archive of a police force as data.police.uk publishes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.imports.archive_table import ArchiveTable, Meaning
from cases.imports.files import ArchiveFile, Unreadable
from cases.imports.histories import BEFORE_ALL, CaseFacts, CaseHistory, PastStep, Place
from cases.imports.job import ImportJob
from cases.imports.police_uk import RECORDED, SOURCE, ArchiveReader, ArchiveRow, month_start, place_teller, step_key
from cases.imports.report import BatchResult, ImportReport, Progress, Reason
from cases.imports.staging import StagedCase, StagedStep, Staging
from cases.models import Category
from cases.operations.import_histories import import_histories
from cases.permissions import IMPORT, check_may_at
from foundation.clock import city_date
from foundation.errors import RuleViolated

_TELL_EVERY = 5000


def import_police_uk(*, job: ImportJob, table: ArchiveTable, own_forces: frozenset[str] | None) -> ImportReport:
    """Make a case of each crime and an entry of each of its outcomes; return the counts.

    The files may come in any order and again: what is in the hall already stays as it is, so that a run that was killed is finished by the
    next. ``own_forces`` are the names whose rows are taken, ``None`` for all.
    """
    check_may_at(job.actor, IMPORT, job.unit)
    run = _Run(job=job, table=table, categories=_categories(table))
    with Staging() as staging:
        run.read(staging, ArchiveReader(table, own_forces=own_forces, today=city_date(job.now)))
        run.write(staging)
    run.report.skipped = job.skipped.counts
    return run.report


def _categories(table: ArchiveTable) -> tuple[Category, ...]:
    found = {category.code: category for category in Category.objects.filter(code__in=table.categories)}
    missing = [code for code in table.categories if code not in found]
    if missing:
        raise RuleViolated(f"There is no category {', '.join(missing)}; run manage.py load_seeds first.", code="category_missing")
    return tuple(found[code] for code in table.categories)


@dataclass(kw_only=True)
class _Run:
    """One run through the archive: reading everything into the waiting tables, then writing it in batches."""

    job: ImportJob
    table: ArchiveTable
    categories: Sequence[Category]

    def __post_init__(self) -> None:
        self.report = ImportReport()
        self._bytes_read, self._bytes = 0, sum(file.size for file in self.job.files)

    def read(self, staging: Staging, reader: ArchiveReader) -> None:
        """Put every row that can be taken into the waiting tables; a file that cannot be read does not stop the others."""
        for number, file in enumerate(self.job.files):
            try:
                staging.add(reader.kind_of(file), self._rows(reader, file), file=number)
            except Unreadable as problem:
                self.report.unread.append((file.name, str(problem)))
            else:
                self.report.files += 1
            self._bytes_read += file.size
            self._tell_reading(0)

    def _rows(self, reader: ArchiveReader, file: ArchiveFile) -> Iterator[ArchiveRow]:
        for row in reader.read(file):
            self.report.rows += 1
            if self.report.rows % _TELL_EVERY == 0:
                self._tell_reading(row.position)
            if row.taken is not None:
                yield row.taken
            elif row.skipped is not None:
                self.job.skipped.add(file=file.name, line=row.line, reason=row.skipped.reason, explanation=row.skipped.explanation)

    def write(self, staging: Staging) -> None:
        """Write the waiting cases in batches, then name the rows that found no place."""
        total = staging.plan(bureau_code=self.job.unit.bureau_code, source=SOURCE)
        rows = 0
        for first in range(0, total, self.job.batch):
            cases = staging.cases(first=first, count=self.job.batch)
            self._write_batch(cases)
            rows += sum(len(case.steps) + (case.month is not None) for case in cases)
            self.job.tell(Progress(stage="writing", done=first + len(cases), total=total, rows=rows))
        for crime_id, file, line in staging.duplicates():
            self._skip(Reason.DUPLICATE_ROW, file, line, f"Another row says the same of the crime {crime_id}.")
        for crime_id, file, line in staging.without_case():
            self._skip(Reason.NO_CASE, file, line, f"The crime {crime_id} is neither in these files nor in the hall.")

    def _write_batch(self, cases: Sequence[StagedCase]) -> None:
        result = import_histories(
            actor=self.job.actor,
            unit=self.job.unit,
            source=SOURCE,
            histories=[self._history(case) for case in cases],
            place_of=place_teller(self.table),
            now=self.job.now,
        )
        self.report.add(result)
        self.report.outcomes_taken += sum(len(case.steps) for case in cases) - len(result.refused)
        self._skip_refused(cases, result)

    def _skip_refused(self, cases: Sequence[StagedCase], result: BatchResult) -> None:
        refused = frozenset(result.refused)
        for case in cases if refused else ():
            for step in case.steps:
                if (case.crime_id, self._key(step)) in refused:
                    self._skip(Reason.CASE_JOINED, step.file, step.line, f"The case of the crime {case.crime_id} was joined with another.")

    def _skip(self, reason: Reason, file: int, line: int, explanation: str) -> None:
        self.job.skipped.add(file=self.job.files[file].name, line=line, reason=reason, explanation=explanation)

    def _history(self, case: StagedCase) -> CaseHistory:
        steps = tuple(self._step(step) for step in case.steps)
        if case.month is None or case.category is None:
            return CaseHistory(source_case_id=case.crime_id, facts=None, steps=steps)
        category, reported_at = self.categories[case.category], month_start(case.month)
        facts = CaseFacts(
            unit=self.job.unit,
            category=category,
            reported_at=reported_at,
            publication=category.default_publication,
            ground=category.default_ground,
        )
        first = _past_step(self.table.recorded, key=RECORDED, at=reported_at, place=BEFORE_ALL)
        return CaseHistory(source_case_id=case.crime_id, facts=facts, steps=(first, *steps))

    def _step(self, step: StagedStep) -> PastStep:
        at = month_start(step.month)
        return _past_step(self.table.steps[step.meaning], key=self._key(step), at=at, place=(at, step.meaning))

    def _key(self, step: StagedStep) -> str:
        return step_key(month=step.month, code=self.table.steps[step.meaning].code, occurrence=step.occurrence)

    def _tell_reading(self, position: int) -> None:
        self.job.tell(Progress(stage="reading", done=self._bytes_read + position, total=self._bytes, rows=self.report.rows))


def _past_step(meaning: Meaning, *, key: str, at: datetime, place: Place) -> PastStep:
    return PastStep(
        key=key, at=at, place=place, status=meaning.status, closes=meaning.closes, text_en=meaning.text_en, text_zh=meaning.text_zh
    )
