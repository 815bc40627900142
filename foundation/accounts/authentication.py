"""How a feed proves who it is: each request is signed with its key (RFC 9421), and no signature is taken twice."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from foundation import clock
from foundation.accounts.actors import actor_of_feed
from foundation.accounts.models import Feed
from foundation.errors import NotAllowed
from foundation.idempotency.nonces import use_nonce
from foundation.signatures.errors import SignatureRefused
from foundation.signatures.verify import verify_request

CHALLENGE: Final = SignatureRefused.challenge


class FeedSignature(BaseAuthentication):
    """Finds the feed by the key that signed the request; ``request.auth`` is the feed, ``request.user`` nobody."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Feed]:
        """Return the feed; raise :class:`SignatureRefused` (401), or ``NotAllowed`` (403) for a suspended one."""
        found: list[Feed] = []

        def find_key(key_id: str) -> bytes | None:
            found.extend(Feed.objects.select_related("bureau").filter(key_id=key_id))
            return bytes(found[0].public_key) if found else None

        now = clock.now()
        verified = verify_request(request._request, find_key=find_key, now=now)
        use_nonce(keyid=verified.keyid, nonce=verified.nonce, expires_at=verified.fresh_until)
        feed = found[0]
        request._request.actor = actor_of_feed(feed)  # type: ignore[attr-defined]
        if feed.state != Feed.State.ACTIVE:
            raise NotAllowed(_("This feed is suspended."), code="feed_suspended")
        return AnonymousUser(), feed

    def authenticate_header(self, request: Request) -> str:
        """The challenge that a 401 must carry (RFC 9110, 11.6.1)."""
        return CHALLENGE


class IsFeed(BasePermission):
    """Only feeds may call."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether a feed signed the request."""
        return isinstance(request.auth, Feed)


class FeedSignatureScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the signature; OpenAPI has no type of its own for RFC 9421."""

    target_class = FeedSignature
    name = "feedSignature"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the scheme's object."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Signature",
            "description": "HTTP Message Signatures (RFC 9421) with Ed25519 over @method, @authority, @path and Content-Digest (RFC 9530), "
            "with created (at most 300 seconds old), keyid, alg and a nonce that is new for each request.",
        }
