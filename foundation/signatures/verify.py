"""Check the signature of an incoming request. See docs/decisions/0007-message-signatures.md."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.http import HttpRequest
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
)
from http_message_signatures.algorithms import ED25519

from foundation.signatures.errors import ClockOff, SignatureRefused

FindKey = Callable[[str], bytes | None]

WINDOW: Final = 300
REQUIRED: Final = ("@method", "@authority", "content-digest")
_NONCE: Final = re.compile(r"[!-~]{16,128}")
_LONGEST_FIELD: Final = 4_096


@dataclass(frozen=True, kw_only=True)
class Verified:
    """Who signed, and what keeps the request from being accepted twice.

    The nonce has to be remembered until ``fresh_until``; from then on the request is stale anyway.
    """

    keyid: str
    nonce: str
    created: datetime
    fresh_until: datetime


class _Stale(InvalidSignature):
    """Outside the window."""

    def __init__(self, created: datetime) -> None:
        super().__init__("stale")
        self.created = created


class _KeyUnknown(InvalidSignature):
    """Nobody has this key."""


class DjangoMessage:
    """A Django request as the library reads messages.

    The authority is the Host header's and the scheme is what the trusted proxy said it was, so a proxy has to pass Host
    on unchanged. Paths and queries are taken in their encoded form, as the sender signed them.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.method = request.method or ""
        self.headers = dict(request.headers.items())
        self.url = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"


class _Keys(HTTPSignatureKeyResolver):
    """Finds keys, and remembers if that failed: the library would call a database that is away a wrong signature."""

    def __init__(self, find_key: FindKey) -> None:
        self.find_key = find_key
        self.failure: Exception | None = None

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        try:
            key = self.find_key(key_id)
        except Exception as error:
            self.failure = error
            raise
        if key is None:
            raise _KeyUnknown
        return Ed25519PublicKey.from_public_bytes(bytes(key))


class HallVerifier(HTTPMessageVerifier):
    """The library's verifier with our clock and our window."""

    def __init__(self, *, find_key: FindKey, now: datetime, window: int = WINDOW) -> None:
        self.keys = _Keys(find_key)
        super().__init__(signature_algorithm=ED25519, key_resolver=self.keys)
        self.now = now
        self.window = timedelta(seconds=window)

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Refuse what was signed more than the window ago or ahead: a feed's clock may be wrong either way."""
        created = self._moment(sig_input.params.get("created"))
        if abs(self.now - created) > self.window:
            raise _Stale(created)
        if "expires" in sig_input.params and self._moment(sig_input.params["expires"]) < self.now:
            raise _Stale(created)

    @staticmethod
    def _moment(seconds: Any) -> datetime:
        if type(seconds) is not int or not 0 <= seconds < 2**35:
            raise InvalidSignature("a time must be whole seconds")
        return datetime.fromtimestamp(seconds, tz=UTC)


def check_is_signed(request: HttpRequest) -> None:
    """Raise :class:`SignatureRefused` (401) for a request that does not even claim to be signed."""
    for name in ("Signature", "Signature-Input", "Content-Digest"):
        if not request.headers.get(name):
            raise SignatureRefused("signature_missing")
        if len(request.headers[name]) > _LONGEST_FIELD:
            raise SignatureRefused("signature_wrong")


def verify_request(
    request: HttpRequest, *, find_key: FindKey, now: datetime, window: int = WINDOW, stale_code: str = "signature_stale"
) -> Verified:
    """Return who signed the request, or raise :class:`SignatureRefused` (401).

    ``find_key`` returns the 32 bytes of an Ed25519 public key by its id, or None. The signature has to cover the method,
    the authority, the path and query (or the whole target) and the Content-Digest, and to state ``created`` (at most
    ``window`` seconds from ``now``), ``keyid`` and a ``nonce``. The caller has to store the nonce: a signature alone does
    not stop a replay. A signature outside the window is refused as ``stale_code``, and told the hall's time.
    """
    check_is_signed(request)
    verifier = HallVerifier(find_key=find_key, now=now, window=window)
    result = _verified(verifier, request, stale_code=stale_code)
    _check_coverage(result, has_query=bool(request.META.get("QUERY_STRING")))
    try:
        verifier.verify_body(DjangoMessage(request), [result], request.body)
    except HTTPMessageSignaturesException as error:
        raise SignatureRefused("digest_mismatch") from error
    created = datetime.fromtimestamp(int(result.parameters["created"]), tz=UTC)
    return Verified(
        keyid=str(result.parameters["keyid"]), nonce=str(result.nonce), created=created, fresh_until=created + timedelta(seconds=window)
    )


def _verified(verifier: HallVerifier, request: HttpRequest, *, stale_code: str) -> VerifyResult:
    try:
        (result,) = verifier.verify(DjangoMessage(request), max_age=None)
    except _Stale as error:
        raise ClockOff(created=error.created, now=verifier.now, code=stale_code) from error
    except _KeyUnknown as error:
        raise SignatureRefused("key_unknown") from error
    except (HTTPMessageSignaturesException, ValueError) as error:
        if verifier.keys.failure is not None:
            raise verifier.keys.failure from error
        raise SignatureRefused("signature_wrong") from error
    return result


def _check_coverage(result: VerifyResult, *, has_query: bool) -> None:
    """What a signature leaves out, somebody on the way may change."""
    covered = set(result.covered_components)
    needed = {f'"{name}"' for name in REQUIRED}
    if '"@target-uri"' not in covered:
        needed |= {'"@path"', '"@query"'} if has_query else {'"@path"'}
    is_algorithm_named = result.parameters.get("alg") == "ed25519"
    if not needed <= covered or not is_algorithm_named or not _NONCE.fullmatch(result.nonce or ""):
        raise SignatureRefused("signature_missing")
