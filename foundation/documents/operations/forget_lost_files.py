"""Delete files that no paper refers to: what a worker left that died between writing a file and naming it in a row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from foundation.documents import files
from foundation.documents.models import Edition

# Long after any transaction that could still name the file has ended.
AGE: Final = timedelta(hours=1)


def forget_lost_files(*, now: datetime) -> int:
    """Return how many files were deleted that are older than an hour and stand in no row. Safe to run twice and at the same time."""
    gone = 0
    for name in files.older_than(now - AGE):
        if not Edition.objects.filter(file=name).exists():
            files.remove(name)
            gone += 1
    return gone
