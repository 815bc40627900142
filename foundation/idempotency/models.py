"""Answers that may be asked for again, and nonces that may not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

KEPT_FOR: Final = timedelta(days=7)


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    """Kept answers by age."""

    def outdated(self, now: datetime) -> KeptAnswerQuerySet:
        """Answers kept long enough."""
        return self.filter(created_at__lt=now - KEPT_FOR)


class KeptAnswer(models.Model):
    """The answer to a request that carried an ``Idempotency-Key``, written in the transaction of what it answers for.

    Personal data: an answer may hold what the caller was shown, an inquiry code among it. It is encrypted under the
    caller's own key, of which only a keyed hash is stored, so that the database alone does not open it. Kept seven days.
    """

    actor = models.CharField(max_length=120)
    route = models.CharField(max_length=200)
    key_hash = models.BinaryField(max_length=32)
    request_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="idempotency_one_answer_a_key",
                fields=("actor", "route", "key_hash"),
                violation_error_message=_("This Idempotency-Key was used before."),
            ),
        )
        indexes = (models.Index(fields=("created_at",), name="idempotency_by_age"),)

    def __str__(self) -> str:
        return f"{self.actor} {self.route}"


class SeenNonceQuerySet(models.QuerySet["SeenNonce"]):
    """Nonces by what is left of them."""

    def outdated(self, now: datetime) -> SeenNonceQuerySet:
        """Nonces of requests that are stale by now."""
        return self.filter(expires_at__lt=now)


class SeenNonce(models.Model):
    """The nonce of a signed request that was received. Holds no personal data; kept until the request would be stale."""

    keyid = models.CharField(max_length=80)
    nonce = models.CharField(max_length=128)
    expires_at = models.DateTimeField()

    objects = SeenNonceQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="idempotency_nonce_once", fields=("keyid", "nonce"), violation_error_message=_("This nonce was used before.")
            ),
        )
        indexes = (models.Index(fields=("expires_at",), name="idempotency_nonce_by_expiry"),)

    def __str__(self) -> str:
        return f"{self.keyid} {self.nonce}"
