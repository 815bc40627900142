"""The portal app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Loads the Celery application, so that a web process can enqueue too."""

    name = "portal"

    def ready(self) -> None:
        """Bind shared tasks to the hall's Celery application."""
        from portal import celery  # noqa: F401
