"""OpenID Connect, the authorization code flow with PKCE, nonce and a verified id_token (Core 1.0; RFC 9700)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from foundation.clock import city_date
from foundation.errors import RuleViolated
from foundation.identifiers import normalise_phone, read_resident_id
from foundation.identity_providers.asking import ask, json_of
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.discovery import metadata
from foundation.identity_providers.errors import IdentityRefused
from foundation.identity_providers.id_tokens import is_fresh, verified_claims
from foundation.identity_providers.journeys import Journey
from foundation.identity_providers.providers import Provider

LONGEST_NAME = 100


def address(provider: Provider, journey: Journey, *, redirect_uri: str, language: str) -> str:
    """Return where the browser is sent."""
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scope,
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": journey.challenge,
        "code_challenge_method": "S256",
        "ui_locales": {"zh-hans": "zh-CN"}.get(language, language),
    }
    if provider.acr_values:
        query["acr_values"] = provider.acr_values
    if journey.is_fresh_wanted:
        query |= {"prompt": "login", "max_age": "0"}
    door = metadata(provider).authorization_endpoint
    return f"{door}{'&' if '?' in door else '?'}{urlencode(query)}"


def redeem(provider: Provider, journey: Journey, *, code: str, redirect_uri: str, now: datetime) -> Assertion:
    """Return what the provider says of whoever came back with this code; raise :class:`IdentityRefused`."""
    tokens = _tokens(provider, journey, code=code, redirect_uri=redirect_uri)
    claims = verified_claims(tokens.get("id_token"), provider=provider, nonce=journey.nonce, now=now)
    fresh = is_fresh(claims, asked_at=journey.asked_at)
    if journey.is_fresh_wanted and not fresh:
        raise IdentityRefused("not_fresh")
    told = _completed(provider, claims, access_token=tokens.get("access_token"))
    return Assertion(
        provider=provider.code,
        subject=claims["sub"],
        assurance=provider.level_of(claims.get("acr")),
        id_number=_id_number(provider, told, now),
        name=_name(provider, told),
        phone=_phone(provider, told),
        is_fresh=fresh,
    )


def _tokens(provider: Provider, journey: Journey, *, code: str, redirect_uri: str) -> dict[str, Any]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": journey.verifier}
    # RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
    pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    answer = ask(provider, "POST", metadata(provider).token_endpoint, headers=headers, form=form)
    told = json_of(answer)
    if answer.status == 200:
        return told
    raise IdentityRefused("code_refused" if told.get("error") == "invalid_grant" else "provider_refused")


def _completed(provider: Provider, claims: dict[str, Any], *, access_token: object) -> Mapping[str, Any]:
    """Return the claims, with those of the userinfo door where the token itself lacks one that is needed."""
    door = metadata(provider).userinfo_endpoint
    wanted = [provider.claims[name] for name in ("id_number", "name") if provider.claims.get(name)]
    if all(name in claims for name in wanted) or not door or not isinstance(access_token, str):
        return claims
    answer = ask(provider, "GET", door, headers={"Authorization": f"Bearer {access_token}"})
    told = json_of(answer)
    if answer.status != 200:
        raise IdentityRefused("provider_refused")
    # What is said of another subject is said of another person (Core 1.0, 5.3.2).
    if told.get("sub") != claims["sub"]:
        raise IdentityRefused("subject_wrong")
    return {**told, **claims}


def _id_number(provider: Provider, told: Mapping[str, Any], now: datetime) -> str:
    if not provider.proves_identity:
        return ""
    number = told.get(provider.claims["id_number"])
    if not isinstance(number, str) or not number:
        raise IdentityRefused("id_number_missing")
    try:
        return read_resident_id(number, today=city_date(now)).number
    except RuleViolated as error:
        raise IdentityRefused("id_number_invalid") from error


def _name(provider: Provider, told: Mapping[str, Any]) -> str:
    name = told.get(provider.claims.get("name", ""))
    if not isinstance(name, str):
        return ""
    return " ".join("".join(each for each in name if each.isprintable()).split())[:LONGEST_NAME]


def _phone(provider: Provider, told: Mapping[str, Any]) -> str:
    """Return the phone that the provider has verified; a number that somebody merely typed there is not taken."""
    number = told.get(provider.claims.get("phone", ""))
    verified = provider.claims.get("phone_verified", "phone_number_verified")
    if not isinstance(number, str) or told.get(verified) is not True:
        return ""
    try:
        return normalise_phone(number)
    except RuleViolated:
        return ""
