"""The side file that names each row left out."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from cases.imports.report import Reason

HEADING = ("file", "line", "reason", "explanation")


class SkippedRows:
    """A CSV that grows as rows are skipped, so that a million of them cost no memory; removed again if there was none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: Counter[Reason] = Counter()

    def __enter__(self) -> Self:
        """Open the file at once: a full disk or a missing right is told before anything is read."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(HEADING)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        if not self.counts:
            self.path.unlink(missing_ok=True)

    def add(self, *, file: str, line: int, reason: Reason, explanation: str) -> None:
        """Write one row down and count it."""
        self.counts[reason] += 1
        self._writer.writerow((file, line, reason.value, explanation))
