"""The database app: it has no models, only roles."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class DatabaseConfig(AppConfig):
    """Puts each connection into the site's role, and migrations into the owner's."""

    name = "foundation.database"
    label = "database"

    def ready(self) -> None:
        """Connect the role switches and the system checks."""
        from foundation.database import checks  # noqa: F401
        from foundation.database.roles import become_owner, become_site, on_connect

        connection_created.connect(on_connect, dispatch_uid="database.role")
        pre_migrate.connect(become_owner, dispatch_uid="database.owner")
        post_migrate.connect(become_site, dispatch_uid="database.site")
