"""Pictures that people bring: read with care, written anew, so that only the pixels stay."""

from __future__ import annotations

import io
import warnings
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from foundation.errors import RuleViolated

LARGEST_FILE = 5 * 1024 * 1024
LARGEST_PICTURE = 25_000_000
FORMATS = ("JPEG", "PNG")
LONGEST_SIDE = 2400
_UNREADABLE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def reencode(upload: IO[bytes], *, field: str = "photo") -> bytes:
    """Return a JPEG of at most 2,400 pixels a side without any metadata.

    Raises ``RuleViolated`` with ``picture_too_large`` (over 5 MB or 25 megapixels) or ``picture_unreadable`` (ASVS 5.2.2, 5.2.6).
    """
    data = upload.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise RuleViolated(_("The picture is larger than 5 MB."), code="picture_too_large", field=field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _as_jpeg(data, field=field)
    except _UNREADABLE as error:
        raise RuleViolated(_("This is not a JPEG or PNG picture that can be read."), code="picture_unreadable", field=field) from error


def _as_jpeg(data: bytes, *, field: str) -> bytes:
    with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > LARGEST_PICTURE:
            raise RuleViolated(_("The picture has more than 25 megapixels."), code="picture_too_large", field=field)
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=85)
    return out.getvalue()
