"""The outbox app."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Events and their relay."""

    name = "foundation.outbox"
    label = "outbox"
