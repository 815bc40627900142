"""Texts to phones, over an HTTP provider as the Chinese clouds have it: docs/providers.md. The one client of the gateway."""

from __future__ import annotations

import json
import re
import secrets
from typing import Any, Final

from django.conf import settings

from foundation import clock
from foundation.notifications.channels.base import Message, Refused, Unavailable
from foundation.notifications.channels.signing import Key, signed_headers
from foundation.web.outbound import Answer, OutboundFailed, call, origin_of

_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_FOR_GOOD: Final = frozenset({400, 403, 409})
_OURS_TO_MEND: Final = frozenset({"account.arrears"})


def can_send() -> bool:
    """Whether this hall sends texts at all; where it does not, nothing that needs one is offered."""
    return Sms().is_set_up()


class Sms:
    """The provider of texts."""

    name = "sms"

    def is_set_up(self) -> bool:
        """Whether the settings name a gateway."""
        return bool(settings.SMS_GATEWAY)

    def hand_over(self, *, address: str, message: Message, reference: str) -> str | None:
        """Hand over one text to a number in canonical form; return the provider's id of it."""
        if not _MOBILE.fullmatch(address):
            raise Refused("number_invalid")
        # A Chinese signature before English words would make a text of two segments.
        chinese, latin = settings.SMS_SIGN
        sign = chinese if message.language.startswith("zh") else latin
        told = {"to": f"+86{address}", "sign": sign, "text": message.text, "reference": reference}
        answer = self._ask("POST", "/v1/messages", json.dumps(told, ensure_ascii=False).encode())
        return str(_object(answer).get("message_id", ""))[:100]

    def status_of(self, reference: str) -> tuple[str, str]:
        """Ask what became of a text: status and reason; ``("", "")`` for one that the provider does not know."""
        try:
            told = _object(self._ask("GET", f"/v1/messages/{reference}", b""))
        except Refused:
            return "", ""
        return str(told.get("status", "")), str(told.get("reason", ""))[:40]

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        gateway: str = settings.SMS_GATEWAY
        url = f"{gateway}{path}"
        headers = signed_headers(
            method=method, url=url, body=body, key=Key.read(settings.SMS_KEY), nonce=secrets.token_hex(12), now=clock.now()
        )
        try:
            answer = call(method, url, origins=(origin_of(gateway),), headers=headers, body=body or None)
        except OutboundFailed as error:
            raise Unavailable(error.reason, is_unknown=error.was_sent) from error
        if answer.status == 200:
            return answer
        raise _refusal(answer)


def _object(answer: Answer) -> dict[str, Any]:
    try:
        return answer.json_object()
    except OutboundFailed as error:
        # It was taken or not: the reference finds out.
        raise Unavailable(error.reason, is_unknown=True) from error


def _refusal(answer: Answer) -> Exception:
    """Return what an answer other than 200 means."""
    try:
        code = str(answer.json_object().get("code", ""))
    except OutboundFailed:
        code = ""
    word = re.sub(r"[^a-z_]", "_", code.lower())[:40] or f"status_{answer.status}"
    if code in _OURS_TO_MEND or answer.status == 401:
        return Unavailable(word, needs_operator=True)
    if (answer.status in _FOR_GOOD and code) or answer.status == 404:
        return Refused(word)
    return Unavailable(word)
