"""``manage.py import_cases``: bring cases that another system has recorded into the hall."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation

from cases.imports.archive_table import ArchiveTable, read_table
from cases.imports.files import find_files
from cases.imports.job import ImportJob
from cases.imports.report import ImportReport, Progress
from cases.imports.skipped_rows import SkippedRows
from cases.operations.import_ndjson import import_ndjson
from cases.operations.import_police_uk import import_police_uk
from cases.permissions import IMPORT
from foundation.accounts.actors import command_actor
from foundation.errors import DomainError
from foundation.organisations.models import Organisation
from foundation.organisations.queries import organisation_by_code

EVERY_SECONDS = 2.0
SUFFIXES = {"police-uk": ".csv", "ndjson": ".ndjson"}


class Command(BaseCommand):
    """Import, say how far it is, and end with a report. Can be repeated: what is there already stays as it is."""

    help = "Import cases with their progress from files. Can be repeated, and started again after it was stopped. See docs/imports.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the format, the paths, and for whom the cases are."""
        formats = parser.add_subparsers(dest="format", required=True, metavar="FORMAT")
        archive = formats.add_parser("police-uk", help="street and outcomes files of data.police.uk: folders, CSV or ZIP files")
        lines = formats.add_parser("ndjson", help="one JSON object a line, each a case with its entries")
        lines.add_argument("--source", default="ndjson", help="name of the system that the cases come from (default: ndjson)")
        for each in (archive, lines):
            each.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folder or file")
            each.add_argument("--bureau", metavar="CODE", help="take all cases for this bureau: its 6 or 12 digits")
            each.add_argument("--unit", metavar="CODE", help="take all cases for this unit: its 12 digits")
            each.add_argument("--skipped", type=Path, metavar="FILE", help="lists the rows left out (default: a file in var/imports)")
            each.add_argument("--batch", type=int, default=2000, metavar="N", help="cases in one transaction (default: 2000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; end with an error only if nothing could be used of what was given."""
        try:
            with translation.override("en"):
                self._import(options)
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"The database went away: {error} Start the command again; it goes on where it stopped.") from error
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. Start the command again; it goes on where it stopped.", returncode=130) from None

    def _import(self, options: dict[str, Any]) -> None:
        table = read_table(settings.SEEDS / "imports" / "police-uk.yaml")
        unit = _unit(options["bureau"], options["unit"], table)
        files, problems = find_files(options["paths"], suffix=SUFFIXES[options["format"]])
        if not files:
            raise CommandError("There is nothing to read.\n" + "\n".join(f"{name}: {problem}" for name, problem in problems))
        with SkippedRows(options["skipped"] or _default_side_file()) as skipped:
            job = ImportJob(
                actor=command_actor("import_cases", bureau=unit, capabilities=frozenset({IMPORT})),
                unit=unit,
                files=files,
                skipped=skipped,
                now=timezone.now(),
                tell=Teller(self.stdout if options["verbosity"] else None).tell,
                batch=max(1, options["batch"]),
            )
            began = time.monotonic()
            report = self._run(job, table, options)
        report.unread[:0] = problems
        self._print(report, skipped, seconds=time.monotonic() - began)

    def _run(self, job: ImportJob, table: ArchiveTable, options: dict[str, Any]) -> ImportReport:
        if options["format"] == "ndjson":
            return import_ndjson(job=job, source=options["source"])
        is_for_others = bool(options["bureau"] or options["unit"])
        return import_police_uk(job=job, table=table, own_forces=None if is_for_others else frozenset(table.forces))

    def _print(self, report: ImportReport, skipped: SkippedRows, *, seconds: float) -> None:
        self.stdout.write(str(report))
        self.stdout.write(f"in {seconds:,.1f} s, {report.rows / max(seconds, 0.001):,.0f} rows/s")
        if skipped.counts:
            self.stdout.write(f"Every row skipped is listed in {skipped.path}")
        if report.is_in_vain:
            raise CommandError("Nothing of this could be imported.")


class Teller:
    """Prints how far the import is, at most every two seconds and whenever a stage begins."""

    def __init__(self, out: OutputWrapper | None) -> None:
        self._out, self._stage = out, ""
        self._began = self._told = time.monotonic()

    def tell(self, progress: Progress) -> None:
        """Print a line if it is time."""
        moment = time.monotonic()
        if progress.stage != self._stage:
            # A stage began when the one before was over, not when its first news came.
            self._stage, self._began, self._told = progress.stage, self._told, 0.0
        is_over = progress.done >= progress.total
        if self._out is None or (moment - self._told < EVERY_SECONDS and not is_over):
            return
        self._told = moment
        share = 100 * progress.done // max(progress.total, 1)
        rate = progress.rows / max(moment - self._began, 0.001)
        self._out.write(f"{progress.stage} {share:3} %  {progress.rows:,} rows, {rate:,.0f} rows/s")
        self._out.flush()


def _unit(bureau: str | None, unit: str | None, table: ArchiveTable) -> Organisation:
    """Return the unit that the cases are for: the one named, else the bureau named, else that of the archive's police force."""
    root = organisation_by_code(code=f"{bureau[:6]}000000") if bureau else None
    if unit is None and root is None:
        own = set(table.forces.values())
        if len(own) != 1:
            raise CommandError("The table names several police forces; say with --unit for whom the files are.")
        return organisation_by_code(code=own.pop())
    found = organisation_by_code(code=unit) if unit else root
    if found is None or (root is not None and not found.path.startswith(root.path)):
        raise CommandError(f"The unit {unit} is not one of the bureau {bureau}.")
    return found


def _default_side_file() -> Path:
    return Path(settings.ENVIRONMENT.var) / "imports" / f"skipped-{timezone.localtime():%Y%m%d-%H%M%S}-{os.getpid()}.csv"
