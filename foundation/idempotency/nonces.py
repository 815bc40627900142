"""Let each signed request in once."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from foundation.idempotency.models import SeenNonce
from foundation.signatures.errors import SignatureRefused


def use_nonce(*, keyid: str, nonce: str, expires_at: datetime) -> None:
    """Remember a nonce until ``expires_at``; raise :class:`SignatureRefused` if it was used before.

    Of many simultaneous calls one passes: the others wait for it in the database and are refused.
    """
    try:
        with transaction.atomic():
            SeenNonce.objects.create(keyid=keyid, nonce=nonce, expires_at=expires_at)
    except IntegrityError as error:
        raise SignatureRefused("signature_replayed") from error
