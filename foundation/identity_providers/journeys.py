"""One journey of a browser to a provider and back: what is remembered in between."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

SIGN_IN = "sign-in"
CONFIRM = "confirm"
LINK = "link"


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What the session keeps while its browser is away. ``purpose`` is one of the three above.

    ``state`` brings the browser back to this session, ``nonce`` comes back inside the signed token, ``verifier`` shows the
    provider that whoever redeems the code began the journey (RFC 7636).
    """

    provider: str
    purpose: str
    next: str = ""
    # Whoever was signed in when the journey began; nobody for a sign-in.
    user: str = ""
    began_at: float
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @property
    def challenge(self) -> str:
        """The S256 challenge of the verifier."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    @property
    def asked_at(self) -> datetime:
        """When the journey began."""
        return datetime.fromtimestamp(self.began_at, tz=UTC)

    @property
    def is_fresh_wanted(self) -> bool:
        """Whether the provider has to ask the person anew: an old sign-in confirms nothing."""
        return self.purpose == CONFIRM

    def kept(self) -> dict[str, Any]:
        """Return what the session stores."""
        return asdict(self)


def new_journey(*, provider: str, purpose: str, next_page: str, user: str, now: datetime) -> Journey:
    """Begin a journey with fresh secrets of 256 bits each."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    began = now.timestamp()
    return Journey(
        provider=provider, purpose=purpose, next=next_page, user=user, began_at=began, state=state, nonce=nonce, verifier=verifier
    )
