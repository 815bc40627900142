"""The encryption app: it has no models, only fields for those of others and the command that rotates keys."""

from django.apps import AppConfig


class EncryptionConfig(AppConfig):
    """Encrypted fields and ``rotate_keys``."""

    name = "foundation.encryption"
    label = "encryption"
