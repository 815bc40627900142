"""Encrypt an answer so that only a request with the same key opens it.

An answer may hold a fresh inquiry code in the clear, which the hall itself keeps as a slow hash only. So the answer is
encrypted under the ``Idempotency-Key``, which the caller has and the database has not.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_SIZE = 12


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered, to the byte."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class KeyMaterial:
    """What is derived from one Idempotency-Key of one actor on one route."""

    key_hash: bytes
    sealing_key: bytes

    @classmethod
    def derive(cls, *, actor: str, route: str, key: str) -> KeyMaterial:
        """Derive both halves under the hall's index key, so that a short key cannot be guessed from a copy of the table."""
        info = json.dumps(["hall idempotency", actor, route]).encode()
        derived = HKDF(algorithm=SHA256(), length=64, salt=settings.INDEX_KEY, info=info).derive(key.encode())
        return cls(key_hash=derived[:32], sealing_key=derived[32:])

    def digest(self, request: bytes) -> bytes:
        """Return the keyed digest by which a repeated request is recognised."""
        return hmac.digest(self.sealing_key, request, hashlib.sha256)

    def seal(self, answer: Answer) -> bytes:
        """Encrypt an answer (AES-256-GCM)."""
        head = json.dumps(answer.headers).encode()
        nonce = os.urandom(NONCE_SIZE)
        return nonce + AESGCM(self.sealing_key).encrypt(nonce, head + b"\n" + answer.body, self.key_hash)

    def open(self, sealed: bytes, *, status: int) -> Answer:
        """Decrypt an answer that :meth:`seal` made."""
        text = AESGCM(self.sealing_key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], self.key_hash)
        head, _newline, body = text.partition(b"\n")
        return Answer(status=status, headers=json.loads(head), body=body)
