"""The import of an archive against COPY of the same rows, and its memory over a million rows. ``HALL_BENCH_ROWS`` changes the million."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from cases.imports.archive_table import read_table
from cases.imports.files import find_files
from cases.imports.job import ImportJob
from cases.imports.report import ImportReport, Progress
from cases.imports.skipped_rows import SkippedRows
from cases.operations.import_police_uk import import_police_uk
from cases.permissions import IMPORT
from foundation.accounts.actors import command_actor
from foundation.organisations.models import Organisation
from tests.bench.figures import Figure
from tests.bench.twin import twin_of_now
from tests.bench.world import World
from tests.cases.generate_archive import generate_archive

ROWS = int(os.environ.get("HALL_BENCH_ROWS", "1000000"))
TABLES = ("cases_case", "cases_progressentry")
LONDON = "982601000000"


def figures(world: World) -> Iterator[Figure]:
    """Yield the figures of importing."""
    with tempfile.TemporaryDirectory() as folder, twin_of_now(TABLES) as twin:
        generate_archive(Path(folder), rows=ROWS)
        began = time.perf_counter()
        report, memory = _import(Path(folder))
        seconds = time.perf_counter() - began
        rows, copying = twin.copy(TABLES)
    yield Figure(
        name="import of an archive / COPY of the same rows",
        value=copying / seconds,
        at_least=0.1,
        detail=f"{report.rows:,} file rows, {rows:,} table rows: {rows / seconds:,.0f}/s against {rows / copying:,.0f}/s",
    )
    early, late = _early_and_late(memory)
    yield Figure(
        name=f"memory of the import, last fifth / second fifth of {ROWS:,} rows",
        value=late / early,
        at_most=1.1,
        detail=f"{late:.0f} MB against {early:.0f} MB",
    )


def _import(folder: Path) -> tuple[ImportReport, list[float]]:
    """Import, and return the report with the resident memory in MB at each word of progress."""
    unit = Organisation.objects.get(code=LONDON)
    memory: list[float] = []

    def tell(_progress: Progress) -> None:
        memory.append(_resident())

    table = read_table(settings.SEEDS / "imports" / "police-uk.yaml")
    with SkippedRows(folder / "skipped.csv") as skipped:
        job = ImportJob(
            actor=command_actor("bench", bureau=unit, capabilities=frozenset({IMPORT})),
            unit=unit,
            files=find_files([folder], suffix=".csv")[0],
            skipped=skipped,
            now=timezone.now(),
            tell=tell,
        )
        return import_police_uk(job=job, table=table, own_forces=frozenset(table.forces)), memory


def _early_and_late(memory: list[float]) -> tuple[float, float]:
    fifth = max(len(memory) // 5, 1)
    return max(memory[fifth : 2 * fifth] or memory), max(memory[-fifth:])


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
