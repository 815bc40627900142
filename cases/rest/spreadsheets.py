"""Rows of the API as files for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer

from foundation.spreadsheets import csv_pieces


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a file with a line of column names and a line for each row."""
    return b"".join(csv_pieces(columns, ([row[column] for column in columns] for row in rows)))


class CSVRenderer(BaseRenderer):
    """Writes a list of flat rows; the view names its ``columns``."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None) -> bytes:
        """Return the file."""
        return write_csv((renderer_context or {})["view"].columns, data)


class AlwaysTheFile(BaseContentNegotiation):
    """A file's address gives the file, whatever ``Accept`` says."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """Nothing is read."""
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """Take the one that writes the file."""
        return renderers[0], renderers[0].media_type
