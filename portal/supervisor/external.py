"""A PostgreSQL and a Redis that the city runs itself: see that they answer before anything depends on it."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg2
import redis

from portal.supervisor.postgres import SITE
from portal.supervisor.problems import Problem

_MAY_BECOME_SITE = "SELECT session_user, pg_has_role(session_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s"


def check_database(url: str) -> None:
    """Raise :class:`Problem` when the database does not let us in, or not as the site's role. Its password never shows."""
    try:
        connection = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.Error as error:
        said = " ".join(str(error).split())
        raise Problem(
            f"PostgreSQL does not let the hall in: {said}.", mend="Start it, or correct DATABASE_URL (docs/settings.md)."
        ) from error
    try:
        with connection.cursor() as cursor:
            cursor.execute(_MAY_BECOME_SITE, [SITE])
            row = cursor.fetchone()
    finally:
        connection.close()
    if row and not row[1]:
        raise Problem(
            f"The login {row[0]} may not become {SITE}.", mend=f"Let it, as the database's administrator: GRANT {SITE} TO {row[0]};"
        )


def check_redis(url: str) -> None:
    """Raise :class:`Problem` when Redis does not answer. Its password never shows."""
    client = redis.Redis.from_url(url, socket_connect_timeout=10, socket_timeout=10)
    try:
        client.ping()
    except redis.RedisError as error:
        place = urlsplit(url).hostname or urlsplit(url).path
        raise Problem(f"Redis at {place} does not answer: {error}", mend="Start it, or correct REDIS_URL.") from error
    finally:
        client.close()
