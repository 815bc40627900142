"""Take an attempt before the work it pays for; give it back if it was right.

Each call is one statement in a transaction of its own: PostgreSQL locks the target's row, so of any number of callers at
the same moment exactly the allowed number gets through, and what was taken stays taken whatever the caller rolls back.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from foundation.encryption.keys import index_key
from foundation.errors import TooManyRequests
from foundation.limits.models import Bucket
from foundation.limits.rules import Rule

# A locked row is left alone: the WHERE turns the insert into nothing, and nothing is returned.
_TAKE = """
    INSERT INTO limits_bucket AS bucket (key, scope, window_started_at, taken, strikes, locked_until, expires_at)
    VALUES (%(key)s, %(scope)s, %(now)s, 1, %(first_strikes)s, %(first_lock)s, %(now)s + %(window)s + %(memory)s)
    ON CONFLICT (key) DO UPDATE SET (window_started_at, taken, strikes, locked_until, expires_at) = (
        SELECT started_at, count, least(past + is_last::int, 30), CASE WHEN is_last THEN %(now)s + lock END,
               CASE WHEN is_last THEN %(now)s + lock ELSE started_at + %(window)s END + %(memory)s
        FROM (SELECT coalesce(bucket.locked_until, bucket.window_started_at + %(window)s) <= %(now)s AS is_over,
                     CASE WHEN bucket.expires_at <= %(now)s THEN 0 ELSE bucket.strikes END AS past) AS before,
             LATERAL (SELECT CASE WHEN is_over THEN %(now)s ELSE bucket.window_started_at END AS started_at,
                             CASE WHEN is_over THEN 1 ELSE bucket.taken + 1 END AS count) AS present,
             LATERAL (SELECT count >= %(allowed)s AS is_last, least(%(window)s * power(2, past), %(longest)s) AS lock) AS future
    )
    WHERE bucket.locked_until IS NULL OR bucket.locked_until <= %(now)s
    RETURNING window_started_at
"""
# Within its window a bucket is locked only while it is full: one attempt fewer opens it.
_GIVE_BACK = """
    UPDATE limits_bucket
    SET taken = taken - 1, strikes = strikes - (locked_until IS NOT NULL)::int, locked_until = NULL
    WHERE key = %s AND window_started_at = %s AND taken > 0
"""
# The moments of the attempts within the window before this one are counted, and kept; those before it no longer matter.
_TAKE_SLIDING = """
    INSERT INTO limits_bucket AS bucket (key, scope, window_started_at, taken, strikes, moments, expires_at)
    VALUES (%(key)s, %(scope)s, %(now)s, 1, 0, ARRAY[%(now)s::timestamptz], %(now)s + %(window)s)
    ON CONFLICT (key) DO UPDATE SET (moments, taken, window_started_at, expires_at) = (
        SELECT coalesce(array_agg(moment ORDER BY moment), '{}') || %(now)s::timestamptz, count(*) + 1, %(now)s, %(now)s + %(window)s
        FROM unnest(bucket.moments) AS moment WHERE moment > %(now)s - %(window)s
    )
    WHERE (SELECT count(*) FROM unnest(bucket.moments) AS moment WHERE moment > %(now)s - %(window)s) < %(allowed)s
    RETURNING window_started_at
"""
# One of them goes, though several may have been taken at the same moment.
_GIVE_BACK_SLIDING = """
    UPDATE limits_bucket
    SET taken = taken - 1,
        moments = moments[:array_position(moments, %(at)s) - 1] || moments[array_position(moments, %(at)s) + 1:]
    WHERE key = %(key)s AND %(at)s = ANY (moments)
"""


@dataclass(frozen=True, kw_only=True)
class Permit:
    """One attempt that was taken, to be given back if it turns out right."""

    key: UUID
    window_started_at: datetime
    is_sliding: bool = False


def take(rule: Rule, *, target: str, now: datetime) -> Permit:
    """Count one attempt at the target; raise ``TooManyRequests`` if it is locked.

    Must not be called inside a transaction, whose rollback would give the attempt away: that raises ``RuntimeError``.
    """
    permit = try_take(rule, target=target, now=now)
    if permit is None:
        raise TooManyRequests(retry_after=_seconds_locked(rule, bucket_key(rule, target), now=now))
    return permit


def try_take(rule: Rule, *, target: str, now: datetime) -> Permit | None:
    """Count one attempt at the target like :func:`take`; return nothing if it is locked, for callers who tell nobody."""
    key = bucket_key(rule, target)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_TAKE_SLIDING if rule.is_sliding else _TAKE, _parameters(rule, key=key, now=now))
        row = cursor.fetchone()
    if row is None:
        return None
    return Permit(key=key, window_started_at=row[0], is_sliding=rule.is_sliding)


def opens_at(rule: Rule, *, target: str, now: datetime) -> datetime:
    """Return when the target may be tried again, ``now`` if it may already: for callers who wait and come again."""
    with transaction.atomic(durable=True):
        bucket = Bucket.objects.filter(key=bucket_key(rule, target)).first()
    if bucket is None:
        return now
    if rule.is_sliding:
        moments = sorted(moment for moment in bucket.moments if moment > now - rule.window)
        return moments[-rule.allowed] + rule.window if len(moments) >= rule.allowed else now
    return max(bucket.locked_until or now, now)


def give_back(permits: Iterable[Permit]) -> None:
    """Uncount attempts that turned out right. A permit of a window that is over changes nothing."""
    for permit in permits:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            if permit.is_sliding:
                cursor.execute(_GIVE_BACK_SLIDING, {"key": permit.key, "at": permit.window_started_at})
            else:
                cursor.execute(_GIVE_BACK, [permit.key, permit.window_started_at])


def bucket_key(rule: Rule, target: str) -> UUID:
    """Return the key of a target's row: a keyed hash, so that the table holds no addresses and no codes."""
    digest = hmac.digest(index_key("limits"), f"{rule.scope}\0{target}".encode(), hashlib.sha256)
    return UUID(bytes=digest[:16])


def _parameters(rule: Rule, *, key: UUID, now: datetime) -> dict[str, Any]:
    is_full_at_once = rule.allowed == 1
    return {
        "key": key,
        "scope": rule.scope,
        "now": now,
        "allowed": rule.allowed,
        "window": rule.window,
        "longest": rule.longest_lock,
        "memory": rule.longest_lock if rule.is_doubling else timedelta(0),
        "first_strikes": int(is_full_at_once),
        "first_lock": now + rule.window if is_full_at_once else None,
    }


def _seconds_locked(rule: Rule, key: UUID, *, now: datetime) -> int:
    if rule.is_sliding:
        moments = Bucket.objects.filter(key=key).values_list("moments", flat=True).first() or [now]
        return math.ceil((sorted(moments)[-rule.allowed :][0] + rule.window - now).total_seconds())
    until = Bucket.objects.filter(key=key).values_list("locked_until", flat=True).first()
    return math.ceil((until - now).total_seconds()) if until else 1
