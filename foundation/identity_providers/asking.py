"""Asking a provider's server, with what may go wrong in the words of this package."""

from __future__ import annotations

from collections.abc import Mapping
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlencode

from foundation.identity_providers.errors import IdentityRefused
from foundation.identity_providers.providers import Provider
from foundation.web.outbound import Answer, OutboundFailed, call

# A provider that hangs must not take every thread of the site with it: half of them go on serving everybody else.
AT_ONCE = 2
_WAIT = 1.0
_slots = BoundedSemaphore(AT_ONCE)


def ask(
    provider: Provider, method: str, url: str, *, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
) -> Answer:
    """Return what the provider answers; raise :class:`IdentityRefused` when it is down, slow, busy or somewhere it must not be."""
    body = None if form is None else urlencode(form).encode()
    told = {**(headers or {}), **({"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {})}
    if not _slots.acquire(timeout=_WAIT):
        raise IdentityRefused("provider_busy")
    try:
        answer = call(method, url, origins=provider.origins, headers=told, body=body)
    except OutboundFailed as error:
        raise IdentityRefused("provider_nonsense" if error.reason in {"too_long", "not_on_the_list"} else "provider_down") from error
    finally:
        _slots.release()
    if answer.status >= 500:
        raise IdentityRefused("provider_down")
    return answer


def json_of(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer."""
    try:
        return answer.json_object()
    except OutboundFailed as error:
        raise IdentityRefused("provider_nonsense") from error
