"""The limits app."""

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    """Buckets of attempts and the slots for slow hashes."""

    name = "foundation.limits"
    label = "limits"
