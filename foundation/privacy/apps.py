"""The privacy app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """The registry of personal data, its terms as code, and people's rights to their data."""

    name = "foundation.privacy"
    label = "privacy"
