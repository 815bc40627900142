"""Two roles: the owner migrates; ``hall_app``, which the site runs as, owns nothing and cannot rewrite history.

A site whose login is ``hall_app`` itself needs no switch. Where one login serves both (a developer's own PostgreSQL, the
tests), each connection gives up its rights with ``SET ROLE`` and takes them back for ``migrate`` alone. In production the
login must be a role that cannot take them back: ``manage.py check --deploy --database default`` refuses any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

SITE_ROLE = "hall_app"


def _enter_site_role(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = %s AND current_user <> rolname",
            [SITE_ROLE],
        )


def on_connect(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """Give up the owner's rights as soon as a connection stands. Before the first migration there is no such role yet."""
    if connection.vendor == "postgresql":
        _enter_site_role(connection)


def become_owner(*, using: str, **_: object) -> None:
    """Take the login's own rights back before a migration."""
    with connections[using].cursor() as cursor:
        cursor.execute("RESET ROLE")


def become_site(*, using: str, **_: object) -> None:
    """Give the owner's rights up again after a migration."""
    _enter_site_role(connections[using])


@contextmanager
def owner(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Work with the login's own rights inside the block. For commands of the owner and for tests that play the owner."""
    become_owner(using=using)
    try:
        yield
    finally:
        become_site(using=using)
