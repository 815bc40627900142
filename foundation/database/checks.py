"""What ``manage.py check --deploy --database default`` asks of the login."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from foundation.database.roles import SITE_ROLE

_QUESTION = """
    SELECT session_user,
           (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = session_user),
           EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                   WHERE nspname = 'public' AND relowner = (SELECT oid FROM pg_roles WHERE rolname = session_user))
"""


@register(Tags.database, deploy=True)
def site_owns_nothing(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The site's login must neither own a table nor be able to become somebody who does."""
    problems: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute(_QUESTION)
            row = cursor.fetchone()
        login, is_powerful, owns_tables = row or ("nobody", True, True)
        if is_powerful or owns_tables:
            problems.append(
                Error(
                    f"The site is signed in to the database as {login}, which may rewrite what must only grow.",
                    hint=f"Run the site with a login that is {SITE_ROLE} or only a member of it; migrate with the owner's.",
                    id="hall.E001",
                )
            )
    return problems
