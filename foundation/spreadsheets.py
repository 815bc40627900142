"""Tables as files that a spreadsheet opens without harm: UTF-8 with a byte order mark, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

# Excel takes a file without this mark for one in the code page of the machine.
_MARK: Final = "\ufeff"
_BEGINS_FORMULA: Final = frozenset("=+-@\t\r\n")
_TOGETHER: Final = 500


def safe_cell(value: object) -> object:
    """Return a text that no spreadsheet takes for a formula (OWASP, CSV injection); numbers stay numbers, None becomes an empty cell.

    Full-width signs count as what they stand for, as some spreadsheets read them.
    """
    if not isinstance(value, str):
        return "" if value is None else str(value).lower() if isinstance(value, bool) else value
    first = unicodedata.normalize("NFKC", value.lstrip(" ")[:1])
    return f"'{value}" if first in _BEGINS_FORMULA and first else value


def csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a file piece by piece: a line of column names, then a line for each row (RFC 4180). Holds a few hundred rows at a time."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    text.write(_MARK)
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([safe_cell(cell) for cell in row])
        if number % _TOGETHER == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
