"""The providers that this city has chosen, as the settings name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from foundation.identity_providers.assurance import Assurance
from foundation.identity_providers.errors import IdentityRefused
from foundation.languages import in_language
from foundation.web.outbound import origin_of

OPENID_CONNECT = "openid-connect"
WECHAT = "wechat"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One provider. ``claims`` maps ``id_number``, ``name``, ``phone`` and ``phone_verified`` to the names that it gives them.

    ``assurance`` maps values of ``acr`` to levels; the key ``""`` stands for an answer without ``acr``. A value that is not
    listed is the lowest level.
    """

    code: str
    protocol: str
    title_en: str
    title_zh: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    api: str
    origins: frozenset[str]
    claims: Mapping[str, str]
    assurance: Mapping[str, Assurance]
    acr_values: str

    @property
    def title(self) -> str:
        """The provider's name in the language of the moment."""
        return in_language(zh=self.title_zh, en=self.title_en)

    @property
    def proves_identity(self) -> bool:
        """Whether it says whose ID number it is: only such a provider can make a person known to the hall."""
        return self.protocol == OPENID_CONNECT and bool(self.claims.get("id_number"))

    @property
    def browser_origins(self) -> tuple[str, ...]:
        """Where a form that begins a sign-in may lead the browser (Content Security Policy, ``form-action``)."""
        return tuple(sorted(self.origins))

    def level_of(self, acr: object) -> Assurance:
        """Return the level that an ``acr`` stands for."""
        return self.assurance.get(acr if isinstance(acr, str) else "", Assurance.LOW)


def providers() -> tuple[Provider, ...]:
    """Return the city's providers in the order of the settings: those that prove who somebody is come first."""
    found = [_provider(row) for row in settings.IDENTITY_PROVIDERS]
    return tuple(sorted(found, key=lambda provider: not provider.proves_identity))


def provider(code: str) -> Provider:
    """Return one provider; raise :class:`IdentityRefused`."""
    for each in providers():
        if each.code == code:
            return each
    raise IdentityRefused("provider_unknown")


def _provider(row: Mapping[str, Any]) -> Provider:
    issuer, api = row["issuer"].rstrip("/"), row.get("api", row["issuer"]).rstrip("/")
    return Provider(
        code=row["code"],
        protocol=row["protocol"],
        title_en=row["title"]["en"],
        title_zh=row["title"]["zh"],
        issuer=issuer,
        client_id=row["client_id"],
        client_secret=row["client_secret"],
        scope=row.get("scope", "openid profile phone"),
        api=api,
        origins=frozenset(origin_of(address) for address in (issuer, api, *row.get("also_at", ()))),
        claims=row.get("claims", {}),
        assurance={acr: Assurance(level) for acr, level in row.get("assurance", {}).items()},
        acr_values=row.get("acr_values", ""),
    )
