"""The notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notices to people, their deliveries over each channel, and what became of them."""

    name = "foundation.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Tell the outbox what is told to people, and whoever keeps logs and alarms what notifications add."""
        from foundation.notifications import alarms, checks, copies, handlers, kinds, shown, subjects  # noqa: F401 - checks register themselves
        from foundation.notifications.web import menu

        kinds.register_own()
        shown.register_own()
        menu.register()
        subjects.register()
        alarms.register()
        copies.register_copies()
        handlers.register()
