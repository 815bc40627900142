"""The fonts that papers embed, and whether they have a shape for every character.

Noto Sans SC comes as a package and holds all of GB 18030's common characters. Names with rarer ones (extensions B and later of the
CJK ideographs) need a second font, such as BabelStone Han of Debian's ``fonts-babelstone-han``; a hall without it says which character
it cannot print instead of printing a box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont

from foundation.errors import Unavailable

FAMILIES: Final = ("Noto Sans SC", "BabelStone Han")
_RARE = Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf")


class NoShape(Unavailable):
    """No font at hand has a shape for a character of the paper. An operator must add one; nothing is issued meanwhile."""

    code = "character_without_shape"

    def __init__(self, characters: str) -> None:
        super().__init__()
        self.characters = characters


@cache
def font_files() -> tuple[Path, ...]:
    """Return the files that papers are set in, the first choice first."""
    common = Path(pylopdf_fonts_zh_cn.sans_path())
    return (common, _RARE) if _RARE.exists() else (common,)


@cache
def fonts() -> typst.Fonts:
    """Return those fonts as the typesetter takes them: none of the machine's own, so that every machine prints the same."""
    folders = [str(path.parent) for path in font_files()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _shapes() -> frozenset[int]:
    found: set[int] = set()
    for path in font_files():
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)


def check_shapes(texts: Iterable[str]) -> None:
    """Raise :class:`NoShape` naming the characters that would print as empty boxes."""
    missing = {character for text in texts for character in text if ord(character) not in _shapes() and not _is_invisible(character)}
    if missing:
        raise NoShape("".join(sorted(missing)))


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf"}
