"""The cache, which may be gone at any moment and takes nothing with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar

import redis
import structlog
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

Value = TypeVar("Value")

# What a request waits at most for a Redis that does not answer, and for how long a process then does not ask again.
SECONDS: Final = 1.0
QUIET_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis as Django knows it, except that one that is away, hangs or is full is an empty cache and no error.

    Only what PostgreSQL holds too may be kept here. A value that changed while Redis was away may be read as it was before: a session says
    who its reader is, and the row in PostgreSQL whether they still are.
    """

    # Of the process, for each of its threads has a cache of its own.
    quiet_until: ClassVar[float] = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # A connection that a restarted Redis has forgotten is made anew at once; one that does not answer is not waited for twice.
        again = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
        patience = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "retry": again}
        super().__init__(server, {**params, "OPTIONS": {**patience, **params.get("OPTIONS", {})}})

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or the default."""
        return self._asked(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, timeout: Any = None, version: int | None = None) -> None:
        """Keep a value, if that is possible."""
        self._asked(lambda: super(ForgivingRedisCache, self).set(key, value, timeout, version), None)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value; return whether there was one."""
        return self._asked(lambda: super(ForgivingRedisCache, self).delete(key, version), False)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Say whether something is kept."""
        return self._asked(lambda: super(ForgivingRedisCache, self).has_key(key, version), False)

    def _asked(self, ask: Callable[[], Value], otherwise: Value) -> Value:
        if time.monotonic() < self.quiet_until:
            return otherwise
        try:
            return ask()
        except redis.RedisError as error:
            type(self).quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("cache.away", error=type(error).__name__)
            return otherwise
