"""Tables as files that a spreadsheet opens without harm: UTF-8 with a byte order mark, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer

# Excel takes a file without this mark for one in the code page of the machine.
_MARK: Final = "\ufeff"
_BEGINS_FORMULA: Final = frozenset("=+-@\t\r\n")


def safe_cell(value: object) -> object:
    """Return a text that no spreadsheet takes for a formula (OWASP, CSV injection); numbers stay numbers, None becomes an empty cell.

    Full-width signs count as what they stand for, as some spreadsheets read them.
    """
    if not isinstance(value, str):
        return "" if value is None else str(value).lower() if isinstance(value, bool) else value
    first = unicodedata.normalize("NFKC", value.lstrip(" ")[:1])
    return f"'{value}" if first in _BEGINS_FORMULA and first else value


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a file with a line of column names and a line for each row (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(row[column]) for column in columns] for row in rows)
    return (_MARK + text.getvalue()).encode()


class CSVRenderer(BaseRenderer):
    """Writes a list of flat rows; the view names its ``columns``."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None) -> bytes:
        """Return the file."""
        return write_csv((renderer_context or {})["view"].columns, data)


class AlwaysCSV(BaseContentNegotiation):
    """A file's address gives the file, whatever ``Accept`` says."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """Nothing is read."""
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """Take the one that writes the file."""
        return renderers[0], renderers[0].media_type
