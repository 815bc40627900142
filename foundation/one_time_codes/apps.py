"""The app of one-time codes."""

from django.apps import AppConfig


class OneTimeCodesConfig(AppConfig):
    """Requests for codes, and the codes that were sent for them."""

    name = "foundation.one_time_codes"
    label = "one_time_codes"

    def ready(self) -> None:
        """Send what was asked for, after the request for it is committed."""
        from foundation.one_time_codes import handlers

        handlers.register()
