"""How personal data is shown to somebody who may only recognise it.

One rule: enough stays to recognise what you already know, and what is hidden keeps its length. Numbers keep the first
three and the last four characters, and only if at least four are hidden between them; names keep the first character of
each word, and a word of one character is hidden whole. Masking an already masked text changes nothing.
"""

from __future__ import annotations

import re

STAR = "*"
_KEPT_BEFORE, _KEPT_AFTER, _HIDDEN_AT_LEAST = 3, 4, 4
# A word of a name ends at white space, a hyphen, an apostrophe or one of the dots of transcribed names.
_WORD = re.compile(r"[^\s\-'’.·•・‧]+")


def mask_number(number: str) -> str:
    """Return ``310***********1234`` for a resident ID number, ``138****5678`` for a mobile; a shorter number is hidden whole."""
    hidden = len(number) - _KEPT_BEFORE - _KEPT_AFTER
    if hidden < _HIDDEN_AT_LEAST:
        return STAR * len(number)
    return number[:_KEPT_BEFORE] + STAR * hidden + number[-_KEPT_AFTER:]


def mask_name(name: str) -> str:
    """Return ``张*`` for 张三, ``欧***`` for 欧阳修远, ``J*** S****`` for John Smith."""
    return _WORD.sub(lambda word: _mask_word(word[0]), name)


def _mask_word(word: str) -> str:
    return STAR if len(word) == 1 else word[0] + STAR * (len(word) - 1)
