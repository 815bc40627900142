"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers what cases are to the rest of the hall: a matter behind codes, and events with their handlers."""

    name = "cases"

    def ready(self) -> None:
        """Tell the foundation how cases are looked up and which events they handle."""
        from cases import handlers, matters

        matters.register()
        handlers.register()
