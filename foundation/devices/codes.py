"""The code with which a machine brings its key: 23 random characters and one that guards against slips.

115 bits, so that a fast keyed hash may find the row (ASVS 5.0: 6.5.2 asks for 112) and a stolen database opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.encryption.keys import index_key
from foundation.errors import RuleViolated
from foundation.identifiers import crockford

RANDOM_LENGTH: Final = 23
LENGTH: Final = RANDOM_LENGTH + 1
GOOD_FOR: Final = timedelta(hours=1)
_TARGET_LENGTH: Final = 6


@dataclass(frozen=True, kw_only=True)
class MachineCode:
    """A code in its plain form. ``repr`` and ``str`` do not show it, so that no log can hold it."""

    text: str = field(repr=False)

    @property
    def printed(self) -> str:
        """The code as a person reads it: six groups of four."""
        return crockford.in_fours(self.text)

    @property
    def digest(self) -> bytes:
        """The 32 bytes under which it is stored and found."""
        return hmac.digest(index_key("enrolment-code"), self.text.encode(), hashlib.sha256)

    @property
    def target(self) -> str:
        """What attempts are counted by: the first six characters, as with the codes of receipts."""
        return self.text[:_TARGET_LENGTH]


def new_code() -> MachineCode:
    """Return a fresh code in which no banned word can be read."""
    return MachineCode(text=crockford.random_text(length=RANDOM_LENGTH, finish=lambda text: text + crockford.check_character(text)))


def parse_code(text: str) -> MachineCode:
    """Return the code that somebody meant to type; raise ``RuleViolated(code="code_mistyped", field="code")`` at a slip.

    How slips are found is public, so saying so tells nothing about which codes exist.
    """
    try:
        joined = crockford.canonical(text, length=LENGTH)
    except crockford.NotReadable:
        message = _("An enrolment code has 24 letters and digits, in six groups of four.")
        raise RuleViolated(message, code="code_mistyped", field="code") from None
    if not crockford.is_consistent(joined):
        raise RuleViolated(_("There is a slip in this code. Compare each group."), code="code_mistyped", field="code")
    return MachineCode(text=joined)
