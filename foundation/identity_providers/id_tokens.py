"""Whether an id_token is true, for us, and for this very request (OpenID Connect Core 1.0, 3.1.3.7; RFC 8725)."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any, Final

import jwt
from jwt.exceptions import InvalidSignatureError, PyJWTError
from jwt.types import Options

from foundation.identity_providers.discovery import signing_key
from foundation.identity_providers.errors import IdentityRefused
from foundation.identity_providers.providers import Provider

# Asymmetric only: with HS256 a provider's public key would be a secret that everybody has (RFC 8725, 3.1).
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
# Seconds by which the clocks of two honest houses differ, and for which a token that was just asked for may be on its way.
LEEWAY: Final = 60
OLDEST: Final = 600


def verified_claims(token: object, *, provider: Provider, nonce: str, now: datetime) -> dict[str, Any]:
    """Return the claims of a token that this provider signed for the hall, for the request with this nonce, just now.

    Raises :class:`IdentityRefused` with the one reason that an operator needs to know.
    """
    claims = _signed_claims(token, provider)
    if claims.get("iss") not in {provider.issuer, f"{provider.issuer}/"}:
        raise IdentityRefused("issuer_wrong")
    _check_audience(claims, provider)
    _check_times(claims, now)
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise IdentityRefused("nonce_wrong")
    if not isinstance(claims.get("sub"), str) or not 1 <= len(claims["sub"]) <= 255:
        raise IdentityRefused("subject_wrong")
    return claims


def is_fresh(claims: dict[str, Any], *, asked_at: datetime) -> bool:
    """Whether the person proved themselves after the request for it had been made."""
    authenticated_at = _seconds(claims.get("auth_time"))
    return authenticated_at is not None and authenticated_at >= asked_at.timestamp() - LEEWAY


def _signed_claims(token: object, provider: Provider) -> dict[str, Any]:
    if not isinstance(token, str):
        raise IdentityRefused("provider_nonsense")
    try:
        header = jwt.get_unverified_header(token)
    except PyJWTError as error:
        raise IdentityRefused("provider_nonsense") from error
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise IdentityRefused("algorithm_refused")
    key = signing_key(provider, kid=kid)
    # Times, issuer and audience are judged below, by the moment that the caller gives and with reasons of their own.
    options: Options = {
        "verify_signature": True,
        "verify_exp": False,
        "verify_nbf": False,
        "verify_iat": False,
        "verify_aud": False,
        "verify_iss": False,
    }
    try:
        return jwt.decode(token, key, algorithms=[algorithm], options=options)
    except InvalidSignatureError as error:
        raise IdentityRefused("signature_wrong") from error
    except (PyJWTError, TypeError, ValueError) as error:
        raise IdentityRefused("signature_wrong") from error


def _check_audience(claims: dict[str, Any], provider: Provider) -> None:
    audience = claims.get("aud")
    everyone = [audience] if isinstance(audience, str) else audience
    if not isinstance(everyone, list) or provider.client_id not in everyone:
        raise IdentityRefused("audience_wrong")
    # A token for several must say which of them asked for it.
    party = claims.get("azp")
    if (party is not None or len(everyone) > 1) and party != provider.client_id:
        raise IdentityRefused("audience_wrong")


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    moment = now.timestamp()
    expires, issued, begins = (_seconds(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if expires is None or issued is None or (begins is None and "nbf" in claims):
        raise IdentityRefused("token_time_wrong")
    if expires <= moment - LEEWAY:
        raise IdentityRefused("token_expired")
    if issued > moment + LEEWAY or (begins or 0) > moment + LEEWAY:
        raise IdentityRefused("token_time_wrong")
    if issued < moment - OLDEST:
        raise IdentityRefused("token_expired")


def _seconds(value: object) -> float | None:
    """Return a NumericDate; a truth value is none, though Python counts with it."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
