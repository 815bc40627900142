"""How a machine proves who it is: each request is signed with its key (RFC 9421), and no signature is taken twice.

The row of the machine is read for each request, so that a machine that is suspended or lost is refused at its next one.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from foundation import clock
from foundation.accounts.models import Feed, Machine
from foundation.devices.actors import actor_of_machine
from foundation.devices.families import FEEDS, KIOSKS, Family
from foundation.devices.models import Kiosk
from foundation.devices.operations.refuse_call import refuse_call
from foundation.idempotency.nonces import use_nonce
from foundation.signatures.errors import SignatureRefused
from foundation.signatures.verify import WINDOW, verify_request

CHALLENGE: Final = SignatureRefused.challenge
# A terminal stands in our own network and sets its clock by ours; a back office may have a queue before it.
KIOSK_WINDOW: Final = 60
FEED_WINDOW: Final = WINDOW


class MachineSignature(BaseAuthentication):
    """Finds the machine by the key that signed the request; ``request.auth`` is the machine, ``request.user`` nobody."""

    family: ClassVar[Family]
    window: ClassVar[int]
    stale_code: ClassVar[str]

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Machine]:
        """Return the machine; raise :class:`SignatureRefused` (401), or ``NotAllowed`` (403) for one that is not active."""
        found: list[Machine] = []

        def find_key(key_id: str) -> bytes | None:
            found.extend(self.family.all().filter(key_id=key_id, public_key__isnull=False))
            return bytes(found[0].public_key or b"") if found else None

        now = clock.now()
        verified = verify_request(request._request, find_key=find_key, now=now, window=self.window, stale_code=self.stale_code)
        use_nonce(keyid=verified.keyid, nonce=verified.nonce, expires_at=verified.fresh_until)
        machine = found[0]
        request._request.actor = actor_of_machine(machine)  # type: ignore[attr-defined]
        if machine.state != Machine.State.ACTIVE:
            refuse_call(machine=machine, now=now)
        return AnonymousUser(), machine

    def authenticate_header(self, request: Request) -> str:
        """The challenge that a 401 must carry (RFC 9110, 11.6.1)."""
        return CHALLENGE


class FeedSignature(MachineSignature):
    """For the ways in of case systems."""

    family = FEEDS
    window = FEED_WINDOW
    stale_code = "signature_stale"


class KioskSignature(MachineSignature):
    """For the ways in of terminals."""

    family = KIOSKS
    window = KIOSK_WINDOW
    stale_code = "clock_skew"


def is_signed(request: HttpRequest) -> bool:
    """Whether a request claims to come from a machine; whoever claims so has to prove it."""
    return "Signature" in request.headers or "Signature-Input" in request.headers


class IsFeed(BasePermission):
    """Only feeds may call."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether a feed signed the request."""
        return isinstance(request.auth, Feed)


class IsKiosk(BasePermission):
    """Only terminals may call."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether a terminal signed the request."""
        return isinstance(request.auth, Kiosk)


class MachineScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes a signature; OpenAPI has no type of its own for RFC 9421."""

    match_subclasses = True
    window = FEED_WINDOW

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        """Return the scheme's object."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Signature",
            "description": "HTTP Message Signatures (RFC 9421) with Ed25519 over @method, @authority, @path and Content-Digest (RFC 9530), "
            f"with created (at most {self.window} seconds from the hall's clock), keyid, alg and a nonce that is new for each request.",
        }


class FeedSignatureScheme(MachineScheme):  # type: ignore[no-untyped-call]
    """That of feeds."""

    target_class = FeedSignature
    name = "feedSignature"


class KioskSignatureScheme(MachineScheme):  # type: ignore[no-untyped-call]
    """That of terminals."""

    target_class = KioskSignature
    name = "kioskSignature"
    window = KIOSK_WINDOW
