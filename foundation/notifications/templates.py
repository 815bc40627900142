"""Words by event, channel and language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from foundation.notifications.channels.base import Message


class MissingTemplate(Exception):
    """Nobody wrote what to say."""


class MissingValue(Exception):
    """What is to be said needs a value that is not there."""


SUBJECT = _("Police hall: a message for you")
TEXTS = {
    "one-time-code": _("Police hall: your code is %(code)s, valid for 10 minutes. Nobody will ask you for it."),
    "sign-in-linked": _("Police hall: a way to sign in was added. Not you? Come to a counter."),
    "sign-in-unlinked": _("Police hall: a way to sign in was removed. Not you? Come to a counter."),
    "phone-change-waits": _("Police hall: another number replaces this one in 24 hours. Not you? Sign in and stop it."),
    "phone-changed": _("Police hall: another number replaced this one. Not you? Come to a counter."),
    "counter-code": _("Police hall: read %(code)s out at the counter to make this your number. Nobody calls you to ask for it."),
    "phone-removed": _("Police hall: this number no longer signs you in. Not you? Come to a counter."),
    "phone-set": _("Police hall: this number now signs you in. Not you? Come to a counter."),
    "cases.progressed": _("Police hall: there is a new message for you. Sign in to read it."),
    "cases.message_answered": _("Police hall: there is a new message for you. Sign in to read it."),
    "cases.complaint_answered": _("Police hall: there is a new message for you. Sign in to read it."),
}


def render(event: str, channel: str, language: str, values: Mapping[str, Any]) -> Message:
    """Return what is said of an event over a channel; raise :class:`MissingTemplate` or :class:`MissingValue`."""
    if event not in TEXTS:
        raise MissingTemplate(event)
    with override(language):
        try:
            text = str(TEXTS[event]) % dict(values)
        except KeyError as error:
            raise MissingValue(str(error)) from error
        return Message(subject=str(SUBJECT), text=text, language=language, event=event)
