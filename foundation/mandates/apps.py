"""The mandates app."""

from django.apps import AppConfig


class MandatesConfig(AppConfig):
    """Guardianships, companies with their agents, delegations."""

    name = "foundation.mandates"
    label = "mandates"

    def ready(self) -> None:
        """Tell the logs, the copies of personal data, the desk and people's own pages what mandates add to them."""
        from foundation.mandates import audit_subjects, copies
        from foundation.mandates.web import desk, my

        audit_subjects.register()
        copies.register()
        desk.register()
        my.register()
