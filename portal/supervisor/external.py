"""A PostgreSQL and a Redis that the city runs itself: see that they answer before anything depends on it."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg2
import redis

from portal.supervisor.problems import Problem


def check_database(url: str) -> None:
    """Raise :class:`Problem` when the database does not let us in. Its password never shows."""
    try:
        psycopg2.connect(url, connect_timeout=10).close()
    except psycopg2.Error as error:
        said = " ".join(str(error).split())
        raise Problem(
            f"PostgreSQL does not let the hall in: {said}", mend="Start it, or correct DATABASE_URL and DATABASE_OWNER_URL."
        ) from error


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
