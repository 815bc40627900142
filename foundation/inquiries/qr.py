"""The QR code of a receipt: an address with the token in its fragment, which reaches no server, proxy or log."""

from __future__ import annotations

from itertools import groupby

import qrcode
from django.conf import settings
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, QRData

QUIET_ZONE = 4


def inquiry_address(token: str) -> str:
    """Return what the QR code holds: ``https://HOST/q#TOKEN``."""
    return f"{settings.HALL_HOST}/q#{token}"


def qr_path(text: str) -> tuple[int, str]:
    """Return the side of a QR code in modules, quiet zone included, and the dark modules as the ``d`` of one SVG path.

    Level M (15 % of the code may be lost to a fold or a stain), ISO/IEC 18004.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    return len(matrix), "".join(_row(y, row) for y, row in enumerate(matrix))


def qr_strokes(text: str) -> dict[str, int | str]:
    """Return ``size`` and ``path`` of a QR code of the text's very bytes, for a path that is drawn with a stroke one module wide.

    For long texts: level L, and a third of the characters that rectangles take.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=QUIET_ZONE)
    code.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE), optimize=0)
    code.make(fit=True)
    matrix = code.get_matrix()
    return {"size": len(matrix), "path": "".join(_strokes(y, row) for y, row in enumerate(matrix))}


def _strokes(y: int, row: list[bool]) -> str:
    """Return the runs of dark modules of one row as lines from one to the next."""
    parts: list[str] = []
    end = 0
    for is_dark, run in groupby(range(len(row)), key=row.__getitem__):
        places = list(run)
        if is_dark:
            parts.append(f"{'m' if parts else 'M'}{places[0] - end if parts else places[0]} {0 if parts else y + 0.5}h{len(places)}")
            end = places[-1] + 1
    return "".join(parts)


def _row(y: int, row: list[bool]) -> str:
    """Return the runs of dark modules of one row as rectangles one module high."""
    parts, x = [], 0
    while x < len(row):
        start = x
        while x < len(row) and row[x]:
            x += 1
        if x > start:
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
        x += 1
    return "".join(parts)
