"""Crockford's base32 for people: no I, L, O or U to confuse, read leniently, guarded by a check character.

The alphabet and the lenient reading follow Douglas Crockford, "Base 32" (crockford.com/base32.html). His check symbol
works modulo 37 and needs five more symbols; ours stays in the alphabet. The check character makes the Horner sum of all
characters zero over GF(32) = GF(2)[x] / (x^5 + x^2 + 1), where x is primitive: the weights x^0 ... x^30 all differ. So up
to 31 characters, check character included, every single wrong character and every exchange of any two is found, and of
all other slips 31 in 32.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST_INPUT = 64

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
_MODULUS = 0b100101
_LONGEST_CHECKED = 31

# Digits that read as letters and letters that read alike, brought to one form before words are looked for.
_SHAPES = str.maketrans("OILEASTBGUZ", "01134578" + "6V2")
_BANNED_WORDS = (
    *("ARSE", "ASS", "BASTARD", "BITCH", "COCK", "CRAP", "CUNT", "DAMN", "DICK", "DYKE", "FAG", "FART", "FUCK", "FUK", "HELL"),
    *("KILL", "KKK", "NAZI", "NIGG", "PISS", "PORN", "RAPE", "SEX", "SHIT", "SLUT", "TWAT", "WANK", "WHORE", "WTF"),
    *("CAONI", "CNM", "DSB", "JIBA", "MLGB", "NMB", "NMSL", "SABI", "SHABI", "TAMADE", "TMD", "WBD", "WCNM"),
)
_BANNED_SHAPES = tuple({word.translate(_SHAPES) for word in _BANNED_WORDS})


class NotReadable(ValueError):
    """The text is not Crockford base32 of the wanted length."""


def encode(number: int, *, length: int) -> str:
    """Return a number from 0 to ``32 ** length - 1`` as ``length`` characters; raise ``ValueError`` outside that range."""
    if not 0 <= number < 32**length:
        raise ValueError(f"{number} does not fit into {length} characters")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(length)))


def decode(text: str) -> int:
    """Return the number that canonical text stands for; raise :class:`NotReadable` at a character outside the alphabet."""
    number = 0
    for value in _values(text):
        number = number << 5 | value
    return number


def canonical(text: str, *, length: int) -> str:
    """Return what somebody meant to type, in capital letters without separators.

    Case, spaces and dashes of every script (full-width ones too) do not count, and I, L and O are the digits they look
    like. Raise :class:`NotReadable` if something else is in it or ``length`` characters do not remain.
    """
    if len(text) > LONGEST_INPUT:
        raise NotReadable("too long")
    joined = without_separators(text).upper().translate(_LOOKALIKES)
    if len(joined) != length:
        raise NotReadable("wrong length")
    _values(joined)
    return joined


def without_separators(text: str) -> str:
    """Return the text in compatibility form (full-width letters become plain) without white space, dashes and invisible marks."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(character for character in plain if not _is_separator(character))


def check_character(text: str) -> str:
    """Return the character that guards canonical text when it is put at its end; raise ``ValueError`` beyond 30 characters."""
    if len(text) >= _LONGEST_CHECKED:
        raise ValueError("the weights repeat beyond 31 characters")
    return ALPHABET[_times_x(_horner(text))]


def is_consistent(text: str) -> bool:
    """Whether canonical text with its check character at the end is free of the slips that the check finds."""
    return len(text) <= _LONGEST_CHECKED and _horner(text) == 0


def has_banned_word(text: str) -> bool:
    """Whether canonical text reads as an insult in English or in the initials of Chinese ones, digits read as letters too."""
    shape = text.translate(_SHAPES)
    return any(word in shape for word in _BANNED_SHAPES)


def random_text(*, length: int, finish: Callable[[str], str] = str) -> str:
    """Return ``length`` characters from the system's source of randomness, then ``finish``-ed, without a banned word in the result."""
    while True:
        # 32 divides 256: the low five bits of a random byte choose evenly.
        text = finish("".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(length)))
        if not has_banned_word(text):
            return text


def in_fours(text: str) -> str:
    """Return the text with a hyphen after each fourth character: ``7Q2M-9XKD-3F0A``."""
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _is_separator(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Pd", "Cf"} or character in "\u2212\u30fc_"


def _values(text: str) -> list[int]:
    try:
        return [_VALUES[character] for character in text]
    except KeyError as error:
        raise NotReadable("a character outside the alphabet") from error


def _times_x(element: int) -> int:
    shifted = element << 1
    return shifted ^ _MODULUS if shifted & 32 else shifted


def _horner(text: str) -> int:
    total = 0
    for value in _values(text):
        total = _times_x(total) ^ value
    return total
