"""Handing a text to whoever delivers it. The settings choose; the rest of the hall knows :func:`text_messages` only."""

from __future__ import annotations

import json
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from foundation.web.outbound import OutboundFailed, call, origin_of


class TextNotSent(Exception):
    """The gateway took no text; ``reason`` is one word for logs."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class TextMessages(Protocol):
    """Somebody who delivers texts."""

    def send(self, *, number: str, text: str, reference: str) -> None:
        """Hand over one text; with a ``reference`` that was seen before nothing more is sent. Raises :class:`TextNotSent`."""


class HttpGateway:
    """A gateway that takes one JSON document per text: ``POST {gateway}/messages`` with ``to``, ``text`` and ``reference``."""

    def send(self, *, number: str, text: str, reference: str) -> None:
        """Hand over one text."""
        gateway: str = settings.TEXT_GATEWAY
        body = json.dumps({"to": number, "text": text, "reference": reference}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.TEXT_GATEWAY_KEY}"}
        try:
            answer = call("POST", f"{gateway}/messages", origins=(origin_of(gateway),), headers=headers, body=body)
        except OutboundFailed as error:
            raise TextNotSent(error.reason) from error
        if answer.status not in {200, 201, 202}:
            raise TextNotSent(f"status_{answer.status}")


def can_send() -> bool:
    """Whether this hall sends texts at all; where it does not, nothing that needs one is offered."""
    return bool(settings.TEXT_GATEWAY)


def text_messages() -> TextMessages:
    """Return the one whom the settings chose."""
    backend: TextMessages = import_string(settings.TEXT_MESSAGES)()
    return backend
