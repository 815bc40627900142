"""Django's ``flush``, which the guard of append-only tables would refuse."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as Flush
from django.db import connections

from foundation.database.roles import become_owner, owner


class Command(Flush):
    """Empty a demo's or a test's database. A production hall's record is never emptied."""

    def handle(self, **options: Any) -> None:
        """Flush as the owner with the guards asleep; raise ``CommandError`` in production."""
        if settings.HALL_MODE == "production":
            raise CommandError("A production hall is never flushed: its record only grows.")
        using = options["database"]
        with owner(using), connections[using].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                super().handle(**options)
            finally:
                # The signal after a flush has put the connection back into the site's role.
                become_owner(using=using)
                cursor.execute("SET session_replication_role = DEFAULT")
