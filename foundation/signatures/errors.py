"""Why a signed request is not believed."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

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
