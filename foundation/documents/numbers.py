"""Numbers of papers: in one series without gaps for each bureau, kind and year."""

from __future__ import annotations

from datetime import date

from django.db import connection

from foundation.documents.stamps import KINDS

# On paper a kind is two letters; English initials, as the rest of a number is read alike in both languages.
LETTERS = {
    "receipt": "RC",
    "acceptance": "AC",
    "supplement-notice": "SN",
    "decision": "DC",
    "certificate": "CT",
    "appointment-pass": "AP",
    "log-proof": "LP",
}
_NEXT = """
    INSERT INTO documents_numberseries AS series (bureau_code, kind, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (bureau_code, kind, year) DO UPDATE SET last = series.last + 1
    RETURNING last
"""


def next_number(*, bureau_code: str, kind: str, day: date) -> str:
    """Return the next number, such as ``310000-RC-2026-000042``. The series stays locked until the caller's transaction ends."""
    if kind not in KINDS.values():
        raise ValueError(f"there is no kind of paper named {kind!r}")
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [bureau_code, kind, day.year])
        (last,) = cursor.fetchone()
    return f"{bureau_code}-{LETTERS[kind]}-{day.year}-{last:06d}"
