"""The transparency app."""

from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    """Sealing of the record, its public log, and the commands that check both."""

    name = "foundation.transparency"
    label = "transparency"
