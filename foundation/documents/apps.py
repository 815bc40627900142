"""The documents app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Papers: issued, drawn by workers, sealed, checked, revoked."""

    name = "foundation.documents"
    label = "documents"

    def ready(self) -> None:
        """A paper that was issued is drawn by a worker, and forgotten when its term is over."""
        from foundation.documents import handlers, retention, rotation
        from foundation.documents.web import revocations

        handlers.register()
        retention.register()
        rotation.register()
        revocations.register()
