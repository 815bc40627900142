"""The idempotency app."""

from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    """Answers kept by key, and used nonces."""

    name = "foundation.idempotency"
    label = "idempotency"
