"""The protocol that each provider speaks."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType
from typing import Final

from foundation.identity_providers import openid_connect, wechat
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.journeys import Journey
from foundation.identity_providers.providers import OPENID_CONNECT, WECHAT, Provider

_PROTOCOLS: Final[dict[str, ModuleType]] = {OPENID_CONNECT: openid_connect, WECHAT: wechat}


def address_of(provider: Provider, journey: Journey, *, redirect_uri: str, language: str) -> str:
    """Return where the browser is sent to begin; may ask the provider for its doors. Raises :class:`IdentityRefused`."""
    address: str = _PROTOCOLS[provider.protocol].address(provider, journey, redirect_uri=redirect_uri, language=language)
    return address


def redeem(provider: Provider, journey: Journey, *, code: str, redirect_uri: str, now: datetime) -> Assertion:
    """Return what the provider says of whoever came back; raises :class:`IdentityRefused`."""
    assertion: Assertion = _PROTOCOLS[provider.protocol].redeem(provider, journey, code=code, redirect_uri=redirect_uri, now=now)
    return assertion
