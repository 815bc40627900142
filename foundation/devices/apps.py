"""The devices app."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """Terminals, feeds and their keys."""

    name = "foundation.devices"
    label = "devices"

    def ready(self) -> None:
        """Tell the desk which lines it gets, and the API's description how machines sign."""
        from foundation.devices import alarms, subjects
        from foundation.devices.authentication import FeedSignatureScheme, KioskSignatureScheme  # noqa: F401 - registered by being there
        from foundation.devices.web import desk

        desk.register()
        subjects.register()
        alarms.register()
