"""What every import is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.imports.files import ArchiveFile
from cases.imports.report import Progress
from cases.imports.skipped_rows import SkippedRows
from foundation.accounts.actors import Actor
from foundation.organisations.models import Organisation


def _nobody(_progress: Progress) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True)
class ImportJob:
    """Who imports which files for which unit. ``tell`` hears how far it is; each ``batch`` of cases is one transaction."""

    actor: Actor
    unit: Organisation
    files: Sequence[ArchiveFile]
    skipped: SkippedRows
    now: datetime
    tell: Callable[[Progress], None] = _nobody
    batch: int = 2000
