"""Reading a file line by line with bounded memory, and telling early that it is not what it should be.

A record is one line: the archive has no line breaks inside cells. So a quote that is never closed spoils one row and not the
rest of the file, and a field of 10 MB costs no more memory than any other line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import IO

from cases.imports.files import Unreadable

UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class LineProblem(ValueError):
    """A line cannot be read; the message is one English sentence."""


def read_lines(stream: IO[bytes], *, longest: int) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each line, line end included; a line beyond ``longest`` bytes is cut to ``longest + 1``."""
    number = 0
    while line := stream.readline(longest + 1):
        number += 1
        yield number, line
        while len(line) > longest and not line.endswith(b"\n"):
            line = stream.readline(longest + 1)


def text_of(line: bytes, *, longest: int) -> str:
    """Return a line's text without its end; raise :class:`LineProblem`."""
    if len(line) > longest:
        raise LineProblem(f"The row is longer than {longest:,} bytes.")
    if b"\0" in line:
        raise LineProblem("The row holds a NUL byte.")
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise LineProblem(f"The row is not UTF-8 text from byte {error.start + 1} on.") from error


def first_line_of(line: bytes) -> bytes:
    """Return a file's first line without a byte-order mark; raise :class:`Unreadable` for UTF-16 and what is no text."""
    if line.startswith(_UTF16_MARKS) or line[:200].count(b"\0") > 1:
        raise Unreadable("this is UTF-16 or no text at all; save it as UTF-8")
    return line.removeprefix(UTF8_MARK)


def cells_of(text: str) -> list[str]:
    """Return the cells of one CSV row; raise :class:`LineProblem` for quotes that do not fit."""
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader((text,), strict=True))
    except csv.Error as error:
        raise LineProblem("A quoted cell is not closed, or has something after its end.") from error
