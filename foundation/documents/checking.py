"""Checking a paper, by whichever of the three a face was given."""

from __future__ import annotations

from datetime import datetime
from typing import IO, Final

from foundation.documents.operations.verify_document import LARGEST_FILE, Finding, verify_file, verify_number, verify_stamp
from foundation.limits.limiter import take
from foundation.limits.rules import PAPER_SOURCE

# The file and what a form puts around it.
LARGEST_REQUEST: Final = LARGEST_FILE + 50_000


def count_check(*, source: str, now: datetime) -> None:
    """Count one check by its source; raise ``TooManyRequests``."""
    take(PAPER_SOURCE, target=source, now=now)


def check_paper(*, now: datetime, stamp: str = "", number: str = "", file: IO[bytes] | None = None) -> Finding:
    """Return what is found of a paper. Raises ``RuleViolated`` for a number that is none, and for a file that is no PDF or too large."""
    if file is not None:
        # One byte more than is allowed is enough to refuse the rest unread.
        return verify_file(data=file.read(LARGEST_FILE + 1), now=now)
    return verify_stamp(text=stamp, now=now) if stamp else verify_number(text=number, now=now)
