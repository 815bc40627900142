"""What the hall writes to phones.

A text names nobody, says nothing of a case and holds no link: whoever reads over a shoulder learns nothing, and whoever forges the
hall's texts cannot hide among them. One segment holds 70 characters of Chinese, 160 of English.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

TEXTS: Final = {
    "one-time-code": _("Police hall: your code is %(code)s, valid for 10 minutes. Nobody will ask you for it."),
    "sign-in-linked": _("Police hall: a way to sign in was added. Not you? Come to a counter."),
    "sign-in-unlinked": _("Police hall: a way to sign in was removed. Not you? Come to a counter."),
    "phone-change-waits": _("Police hall: another number replaces this one in 24 hours. Not you? Sign in and stop it."),
    "phone-changed": _("Police hall: another number replaced this one. Not you? Come to a counter."),
    "counter-code": _("Police hall: read %(code)s out at the counter to make this your number. Nobody calls you to ask for it."),
    "phone-removed": _("Police hall: this number no longer signs you in. Not you? Come to a counter."),
    "phone-set": _("Police hall: this number now signs you in. Not you? Come to a counter."),
}


def text_of(kind: str, *, language: str, **values: str) -> str:
    """Return a text in a person's language."""
    with override(language):
        return str(TEXTS[kind]) % values
