"""WeChat's own protocol for websites: like OAuth, with other names, without discovery, PKCE, nonce or a signed token.

It proves a WeChat account and nothing about who holds it, so it opens only what its holder linked to it before. What the
missing parts leave open is closed by the state, which is bound to the session, by the code, which WeChat takes once, and by
asking WeChat itself with the hall's secret.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from foundation.identity_providers.asking import ask, json_of
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.errors import IdentityRefused
from foundation.identity_providers.journeys import Journey
from foundation.identity_providers.providers import Provider

# Codes that are wrong, used or too old (open.weixin.qq.com, return codes).
_CODE_REFUSED = frozenset({40029, 40163, 42003})


def address(provider: Provider, journey: Journey, *, redirect_uri: str, language: str) -> str:
    """Return where the browser is sent: a page with a QR code to scan. The order of the parameters and the fragment are WeChat's."""
    query = {
        "appid": provider.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": "snsapi_login",
        "state": journey.state,
        "lang": "cn" if language.startswith("zh") else "en",
    }
    return f"{provider.issuer}/connect/qrconnect?{urlencode(query)}#wechat_redirect"


def redeem(provider: Provider, journey: Journey, *, code: str, redirect_uri: str, now: datetime) -> Assertion:
    """Return the WeChat account of whoever came back with this code; raise :class:`IdentityRefused`."""
    query = {"appid": provider.client_id, "secret": provider.client_secret, "code": code, "grant_type": "authorization_code"}
    answer = ask(provider, "GET", f"{provider.api}/sns/oauth2/access_token?{urlencode(query)}")
    told = json_of(answer)
    # WeChat tells of errors with status 200.
    if told.get("errcode"):
        raise IdentityRefused("code_refused" if told["errcode"] in _CODE_REFUSED else "provider_refused")
    if answer.status != 200:
        raise IdentityRefused("provider_refused")
    return Assertion(provider=provider.code, subject=_subject(told), assurance=provider.level_of(""))


def _subject(told: dict[str, object]) -> str:
    """Return the account's name across all of the city's WeChat applications, or within this one where there is no such name."""
    for kind in ("unionid", "openid"):
        name = told.get(kind)
        if isinstance(name, str) and 1 <= len(name) <= 128:
            return f"{kind}:{name}"
    raise IdentityRefused("subject_wrong")
