"""The keys that papers are sealed and stamped with, read from the settings once."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from foundation import clock
from foundation.documents.certificates import make_demo_chain
from foundation.documents.seals import Seal
from foundation.documents.stamps import key_id


@cache
def seal() -> Seal:
    """Return the seal. Outside production one is made on first use, which says DEMO in its names."""
    packed = Path(settings.SEAL_FILE)
    if settings.HALL_MODE != "production" and not packed.exists():
        keep_new_chain(packed)
    authorities = Path(settings.SEAL_AUTHORITIES).read_bytes() if settings.SEAL_AUTHORITIES else b""
    stampers = Path(settings.TIME_STAMP_AUTHORITIES).read_bytes() if settings.TIME_STAMP_AUTHORITIES else b""
    return Seal.load(
        packed=packed.read_bytes(),
        passphrase=settings.SEAL_PASSPHRASE,
        authorities=authorities,
        time_stamps=settings.TIME_STAMPS,
        stampers=stampers,
    )


def keep_new_chain(path: Path) -> bool:
    """Make a chain for demo and tests and keep it, whole or not at all; return whether it was this call, and not another, that did."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=path.parent) as draft:
        draft.write(make_demo_chain(organisation="Sunshine Police Hall", passphrase=settings.SEAL_PASSPHRASE, now=clock.now()))
        draft.flush()
        try:
            path.hardlink_to(draft.name)
        except FileExistsError:
            return False
    return True


def stamp_key() -> Ed25519PrivateKey:
    """Return the key that stamps are signed with: the newest."""
    return _stamp_keys(tuple(settings.STAMP_KEYS))[0]


def published_keys() -> Mapping[bytes, Ed25519PublicKey]:
    """Return the keys whose stamps are believed, by their ids: all but those that were revoked."""
    keys = (key.public_key() for key in _stamp_keys(tuple(settings.STAMP_KEYS)))
    return {key_id(key): key for key in keys if key_id(key).hex() not in settings.REVOKED_STAMP_KEYS}


def key_list() -> dict[str, list[dict[str, str]]]:
    """Return the published keys as a JSON Web Key Set (RFC 7517, RFC 8037), for programs that check papers offline."""
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": identifier.hex(), "x": _base64url(key.public_bytes_raw())}
            for identifier, key in published_keys().items()
        ]
    }


@cache
def _stamp_keys(seeds: tuple[bytes, ...]) -> tuple[Ed25519PrivateKey, ...]:
    return tuple(Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
