"""What a password may be, beside Django's own rules (ASVS 5.0: 6.2)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# What somebody thinks of first who has to find a password for this site.
WORDS_OF_THE_HALL: Final = (
    *("sunshine", "police", "hall", "shanghai", "station", "bureau", "officer", "resident", "case", "110", "12345", "password", "welcome"),
    *("yangguang", "jingwu", "dating", "jingcha", "gongan", "mima", "阳光", "警务", "大厅", "警察", "公安", "派出所", "上海", "密码"),
)
_REST_NEEDED: Final = 8
_FILLING: Final = re.compile(r"[\W\d_]+")


class MaximumLengthValidator:
    """A password of any sensible length is taken whole; hashing a novel is work that a stranger could order."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        """Refuse one that is too long."""
        if len(password) > self.max_length:
            raise ValidationError(self._words(), code="password_too_long")

    def get_help_text(self) -> str:
        """Say how long it may be."""
        return self._words()

    def _words(self) -> str:
        words = ngettext("A password has at most %(length)d character.", "A password has at most %(length)d characters.", self.max_length)
        return words % {"length": self.max_length}


class WordsOfTheHallValidator:
    """A password made of the words of this site is the first that is tried at it (ASVS 5.0: 6.2.11)."""

    def validate(self, password: str, user: object = None) -> None:
        """Refuse one of which little is left without the hall's own words, digits and signs."""
        rest = unicodedata.normalize("NFKC", password).casefold()
        has_words = False
        for word in WORDS_OF_THE_HALL:
            has_words = has_words or word in rest
            rest = rest.replace(word, " ")
        if has_words and len(_FILLING.sub("", rest)) < _REST_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_of_the_hall")

    def get_help_text(self) -> str:
        """Say what it may not be made of."""
        return _("A password cannot be made of words of this site.")
