"""Why a signed request is not believed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.clock import CITY_ZONE
from foundation.errors import DomainError, Text

MESSAGES: Final[dict[str, Text]] = {
    "signature_missing": _("The request is not signed, or its signature does not cover what it must."),
    "signature_stale": _("The signature is too old, or its time lies ahead of ours. Set your clock and sign again."),
    "signature_wrong": _("The signature does not belong to this request."),
    "signature_replayed": _("This signed request was already received once. Sign each request anew, with a new nonce."),
    "digest_mismatch": _("The content is not what its Content-Digest says."),
    "key_unknown": _("The key of this signature is not known here, or no longer accepted."),
}


class SignatureRefused(DomainError):
    """The request is not proven to come from its sender: 401. ``code`` is one of :data:`MESSAGES`."""

    status = 401
    code = "signature_wrong"
    challenge = 'Signature realm="hall"'

    def __init__(self, code: str) -> None:
        super().__init__(MESSAGES[code], code=code)


class ClockOff(SignatureRefused):
    """The time in the signature is too far from the hall's: 401, with the hall's own time as ``server_time``."""

    def __init__(self, *, created: datetime, now: datetime, code: str) -> None:
        super().__init__("signature_stale")
        self.code = code
        self.server_time = now.astimezone(CITY_ZONE).isoformat(timespec="seconds")
        seconds = round((now - created).total_seconds())
        told = {"seconds": abs(seconds), "time": self.server_time}
        if seconds >= 0:
            self.message = (
                _("The signature was made %(seconds)d seconds ago by the hall's clock, which says %(time)s. Set your clock and sign again.")
                % told
            )
        else:
            self.message = (
                _("The signature lies %(seconds)d seconds ahead of the hall's clock, which says %(time)s. Set your clock and sign again.")
                % told
            )
