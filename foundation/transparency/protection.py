"""No officer writes what is not protected: when sealing or publishing has stopped for five minutes, so do they."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import structlog
from django.db import connection

from foundation.audit.rights import HOLDER, OWN
from foundation.transparency.errors import RecordNotProtected

LONGEST_WAIT: Final = timedelta(minutes=5)
# By the database's clock alone: that of a web server may be wrong, or set.
_OLDEST: Final = """
    SELECT extract(epoch FROM clock_timestamp() - least(
        (SELECT written_at FROM transparency_pending ORDER BY id LIMIT 1),
        (SELECT sealed_at FROM transparency_sealedcheckpoint
         WHERE size > coalesce((SELECT max(size) FROM transparency_publication), 0) ORDER BY size LIMIT 1)
    ))
"""

_OWN_RIGHTS: Final = frozenset({OWN, HOLDER})
_STOPS: Final = frozenset({"account.disable", "account.end_sessions"})

log = structlog.get_logger(__name__)


def longest_wait() -> timedelta:
    """Return for how long the oldest row waits to be sealed and published."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        row = cursor.fetchone()
    return timedelta(seconds=float(row[0])) if row and row[0] is not None else timedelta(0)


def refuse_unprotected(*, actor_kind: str, capability: str, action: str) -> None:
    """Raise :class:`RecordNotProtected` for an officer's deed while the record waits too long, and tell the operators. One query.

    Residents and kiosks go on, for nobody is turned away for a fault of the hall's; so do feeds, whose own systems keep what they told,
    and commands of those who mend it. Officers go on signing in, to read, and a stolen account can be stopped at any time.
    """
    if actor_kind != "officer" or capability in _OWN_RIGHTS or action in _STOPS:
        return
    waits = longest_wait()
    if waits > LONGEST_WAIT:
        log.error("record.not_protected", waits_s=round(waits.total_seconds()))
        raise RecordNotProtected
