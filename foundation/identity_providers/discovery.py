"""Where a provider's doors are and which keys it signs with (OpenID Connect Discovery 1.0), asked for once in a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from foundation.identity_providers.asking import ask, json_of
from foundation.identity_providers.errors import IdentityRefused
from foundation.identity_providers.providers import Provider
from foundation.web.outbound import origin_of

KEPT: Final = 600.0
# A token with a key that is not known may be signed with one that is new; asking for keys is held back all the same.
AGAIN_AFTER: Final = 30.0


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """The doors of a provider."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str


@dataclass(frozen=True, kw_only=True)
class _Kept:
    value: Any
    at: float


_kept: dict[tuple[str, str], _Kept] = {}
_lock = threading.Lock()


def metadata(provider: Provider) -> Metadata:
    """Return the provider's doors; raise :class:`IdentityRefused` when it is another issuer or names doors outside its own house."""
    found: Metadata = _once(("metadata", provider.issuer), lambda: _read_metadata(provider), KEPT)
    return found


def signing_key(provider: Provider, *, kid: str | None) -> PyJWK:
    """Return the public key with this id, asking anew when it is not known; without an id, the only key there is."""
    place = ("keys", provider.issuer)
    keys: Mapping[str, PyJWK] = _once(place, lambda: _read_keys(provider), KEPT)
    if _chosen(keys, kid) is None:
        keys = _once(place, lambda: _read_keys(provider), AGAIN_AFTER)
    found = _chosen(keys, kid)
    if found is None:
        raise IdentityRefused("key_unknown")
    return found


def forget() -> None:
    """Ask everything anew."""
    with _lock:
        _kept.clear()


def _once(place: tuple[str, str], read: Callable[[], Any], longest: float) -> Any:
    with _lock:
        kept = _kept.get(place)
    if kept is not None and time.monotonic() - kept.at < longest:
        return kept.value
    value = read()
    with _lock:
        _kept[place] = _Kept(value=value, at=time.monotonic())
    return value


def _read_metadata(provider: Provider) -> Metadata:
    answer = ask(provider, "GET", f"{provider.issuer}/.well-known/openid-configuration")
    if answer.status != 200:
        raise IdentityRefused("provider_nonsense")
    told = json_of(answer)
    if str(told.get("issuer", "")).rstrip("/") != provider.issuer:
        raise IdentityRefused("issuer_wrong")
    doors = {name: told.get(name, "") for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")}
    needed = [doors[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(isinstance(door, str) for door in doors.values()) or not all(needed):
        raise IdentityRefused("provider_nonsense")
    if any(door and origin_of(door) not in provider.origins for door in doors.values()):
        raise IdentityRefused("provider_nonsense")
    return Metadata(**doors)


def _read_keys(provider: Provider) -> dict[str, PyJWK]:
    answer = ask(provider, "GET", metadata(provider).jwks_uri)
    rows = json_of(answer).get("keys")
    if answer.status != 200 or not isinstance(rows, list):
        raise IdentityRefused("provider_nonsense")
    keys = {}
    for row in rows:
        # Keys for other purposes, and of kinds that are not known here, are none of our business.
        if not isinstance(row, dict) or row.get("use", "sig") != "sig" or row.get("kty") not in {"RSA", "EC", "OKP"}:
            continue
        try:
            keys[str(row.get("kid", ""))] = PyJWK(row)
        except (PyJWTError, ValueError, TypeError):
            continue
    return keys


def _chosen(keys: Mapping[str, PyJWK], kid: str | None) -> PyJWK | None:
    if kid is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(kid)
