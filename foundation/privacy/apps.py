"""The privacy app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """The registry of personal data, its terms as code, and people's rights to their data."""

    name = "foundation.privacy"
    label = "privacy"

    def ready(self) -> None:
        """Tell the purge what the foundation's own rules do, and the faces which pages there are."""
        from foundation.privacy import copies, correctables, deeds, subjects
        from foundation.privacy.web import desk, my

        deeds.register()
        copies.register_logs()
        correctables.register_own()
        subjects.register()
        my.register()
        desk.register()
