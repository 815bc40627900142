"""Reading what the environment says of servers outside the hall: identity providers and the gateway for texts."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

PROTOCOLS = ("openid-connect", "wechat")
LEVELS = ("low", "substantial", "high")
CLAIMS = ("id_number", "name", "phone", "phone_verified")
_NEEDED = ("code", "protocol", "title", "issuer", "client_id", "client_secret")
_OPTIONAL = ("api", "also_at", "scope", "claims", "assurance", "acr_values")
_NAME = "HALL_IDENTITY_PROVIDERS"


class OutsideProblem(Exception):
    """A server is described wrongly. The text names the setting and says how to mend it."""


def read_providers(text: str) -> tuple[dict[str, Any], ...]:
    """Return the providers that a JSON list describes, whole and of the right kinds."""
    try:
        rows = json.loads(text or "[]")
    except ValueError as error:
        raise OutsideProblem(f"{_NAME} is not JSON; docs/identity-providers.md shows one.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise OutsideProblem(f"{_NAME} must be a list of objects; docs/identity-providers.md shows one.")
    for row in rows:
        _check(row)
    codes = [row["code"] for row in rows]
    if len(codes) != len(set(codes)):
        raise OutsideProblem(f"{_NAME}: two providers have the same code.")
    return tuple(rows)


def addresses_of(row: dict[str, Any]) -> list[str]:
    """Return every address that a provider's description holds."""
    return [row["issuer"], *([row["api"]] if "api" in row else []), *row.get("also_at", ())]


def is_address(text: object) -> bool:
    """Whether a text is a scheme and a host, with a path at most."""
    if not isinstance(text, str):
        return False
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)


def _check(row: dict[str, Any]) -> None:
    missing = [name for name in _NEEDED if not row.get(name)]
    if missing:
        raise OutsideProblem(f"{_NAME}: a provider lacks {', '.join(missing)}.")
    unknown = sorted(set(row) - set(_NEEDED) - set(_OPTIONAL))
    code = row["code"]
    if unknown:
        raise OutsideProblem(f"{_NAME}: {code!r} holds {', '.join(unknown)}, which nothing reads.")
    if not isinstance(code, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) or len(code) > 20:
        raise OutsideProblem(f"{_NAME}: a code has 1 to 20 small letters and digits, with single hyphens between.")
    if row["protocol"] not in PROTOCOLS:
        raise OutsideProblem(f"{_NAME}: the protocol of {code!r} must be one of {', '.join(PROTOCOLS)}.")
    title = row["title"]
    if not isinstance(title, dict) or not all(isinstance(title.get(each), str) and title[each] for each in ("en", "zh")):
        raise OutsideProblem(f"{_NAME}: {code!r} needs a title in en and in zh.")
    if not isinstance(row.get("also_at", []), list) or not all(map(is_address, addresses_of(row))):
        raise OutsideProblem(f"{_NAME}: issuer, api and also_at of {code!r} are addresses like https://id.example.gov")
    _check_words(row)


def _check_words(row: dict[str, Any]) -> None:
    code, claims, assurance = row["code"], row.get("claims", {}), row.get("assurance", {})
    if not isinstance(claims, dict) or not set(claims) <= set(CLAIMS) or not all(isinstance(name, str) for name in claims.values()):
        raise OutsideProblem(f"{_NAME}: claims of {code!r} names {', '.join(CLAIMS)} as the provider does.")
    if not isinstance(assurance, dict) or not all(level in LEVELS for level in assurance.values()):
        raise OutsideProblem(f"{_NAME}: assurance of {code!r} maps values of acr to {', '.join(LEVELS)}.")
    if not all(isinstance(row.get(name, ""), str) for name in ("client_id", "client_secret", "scope", "acr_values")):
        raise OutsideProblem(f"{_NAME}: client_id, client_secret, scope and acr_values of {code!r} are texts.")
