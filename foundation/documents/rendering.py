"""Drawing a sheet: PDF/A-2a and PDF/UA-1 in one file, with Typst.

Not veraPDF, but the typesetter itself vouches for both standards: it refuses to draw what breaks them.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import override

from foundation.documents.fonts import FAMILIES, check_shapes, fonts
from foundation.documents.sheets import Paper, Sheet, Square
from foundation.inquiries.qr import qr_path, qr_strokes

_LAYOUT = Path(__file__).parent / "typst" / "sheet.typ"
# One millimetre a module reads from paper at arm's length; 35 mm is the least that phones of 2015 focus on (EU DCC, annex on paper).
_LEAST_SIDE, _MODULE = 35.0, 0.62
_LONG = 500
# A compiler remembers what it set before and must not be entered by two threads at once.
_compilers = threading.local()


def render(sheet: Sheet, *, paper: Paper = Paper.A4) -> bytes:
    """Return the sheet as a tagged, archival PDF that is the same bytes each time.

    Raises :class:`~foundation.documents.fonts.NoShape` for a character that no font at hand can draw. About 10 ms of CPU when warm.
    """
    check_shapes(sheet.texts())
    moment = datetime.combine(sheet.issued_on, time(), tzinfo=UTC)
    drawn = _compiler().compile(
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(moment.timestamp()),
        sys_inputs={"sheet": json.dumps(_data(sheet, paper))},
    )
    if not isinstance(drawn, bytes):
        raise TypeError("one sheet makes one file")
    return drawn


def _compiler() -> typst.Compiler:
    compiler: typst.Compiler | None = getattr(_compilers, "compiler", None)
    if compiler is None:
        compiler = _compilers.compiler = typst.Compiler(str(_LAYOUT), root=str(_LAYOUT.parent), font_paths=fonts())
    return compiler


def _data(sheet: Sheet, paper: Paper) -> dict[str, Any]:
    return asdict(sheet) | {
        "paper": str(paper),
        "families": list(FAMILIES),
        "host": settings.HALL_HOST.partition("://")[2],
        "hall": _hall(),
        "issued_on": sheet.issued_on.isoformat(),
        "valid_until": sheet.valid_until.isoformat() if sheet.valid_until else None,
        "squares": [_square(square) for square in sheet.squares],
    }


def _hall() -> dict[str, str]:
    names = {}
    for key, language in (("en", "en"), ("zh", "zh-hans")):
        with override(language):
            names[key] = str(settings.HALL_NAME)
    return names


def _square(square: Square) -> dict[str, Any]:
    # A proof is a page of text: it takes the level with the least to read, or no roll were wide enough.
    modules, path = _dense(square.content) if len(square.content) > _LONG else _firm(square.content)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {modules} {modules}" shape-rendering="crispEdges">'
        f'<rect width="{modules}" height="{modules}" fill="#fff"/>{path}</svg>'
    )
    return {
        "svg": svg,
        "side": max(_LEAST_SIDE, modules * _MODULE),
        "alt": f"{square.purpose.zh} {square.purpose.en}",
        "purpose": asdict(square.purpose),
        "caption": square.caption,
    }


def _firm(content: str) -> tuple[int, str]:
    modules, path = qr_path(content)
    return modules, f'<path d="{path}" fill="#000"/>'


def _dense(content: str) -> tuple[int, str]:
    drawn = qr_strokes(content)
    return int(drawn["size"]), f'<path d="{drawn["path"]}" stroke="#000" fill="none"/>'
