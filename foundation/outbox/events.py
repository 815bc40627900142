"""Publishing events, and who handles them.

A service registers its handlers when Django starts; ``publish`` writes the row in the caller's transaction and asks the
relay to hurry after commit. If Redis is away, nothing is lost: the sweep finds the row. An event waits from the moment that
the database wrote it, whatever ``now`` its publisher believes in.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import structlog
from django.db import connection, transaction

from foundation.failpoints import failpoint
from foundation.outbox.models import Event

Handler = Callable[[Mapping[str, Any], datetime], None]

TOGETHER: Final = 250
QUIET_SECONDS: Final = 2.0

# Where quick work is done, which is all but what says otherwise.
QUICK: Final = "celery"
# Where many of them are done one after the other, so that a flood keeps no single one waiting, and not the sealing of the record.
BULK: Final = "bulk"

log = structlog.get_logger(__name__)
_handlers: dict[str, list[Handler]] = defaultdict(list)
_queues: dict[str, str] = {}


def register(name: str, handler: Handler, *, queue: str = QUICK) -> None:
    """Let ``handler(payload, now)`` run for each event of that name, in a transaction that also marks the event done.

    It does quick work in the database and nothing else, and may be rolled back and run again. What computes for longer names a
    ``queue`` of its own, with workers of its own: a thousand papers that wait to be drawn keep no code waiting that somebody asked for.
    Raises ``ValueError`` where another handler of the event has another queue.
    """
    if _queues.setdefault(name, queue) != queue:
        raise ValueError(f"events {name} are handled in the queue {_queues[name]}")
    if handler not in _handlers[name]:
        _handlers[name].append(handler)


def queue_of(name: str) -> str:
    """Return the queue in which events of a name are handled."""
    return _queues.get(name, QUICK)


def bulk_of(queue: str) -> str:
    """Return the queue for many events of a queue at once."""
    return BULK if queue == QUICK else queue


def slow_queues() -> dict[str, list[str]]:
    """Return the queues beside the usual one, each with the names of its events."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, queue in _queues.items():
        if queue != QUICK:
            found[queue].append(name)
    return found


def handlers_of(name: str) -> tuple[Handler, ...]:
    """Return the handlers of an event's name."""
    return tuple(_handlers.get(name, ()))


def publish(name: str, *, now: datetime, **payload: Any) -> Event:
    """Write an event in the caller's transaction; the relay is called after commit."""
    event = Event.objects.create(name=name, payload=payload, created_at=now)
    transaction.on_commit(partial(hurry, str(event.pk), queue=queue_of(name)))
    return event


def publish_once(name: str, *, now: datetime, **payload: Any) -> Event:
    """Publish unless the same event still waits; that one is held back until the caller's change is committed, and tells of it too."""
    waiting = Event.objects.filter(name=name, payload=payload, leased_until__isnull=True, done_at__isnull=True, dead_at__isnull=True)
    # One that a worker is taking at this moment is locked, and may look before we commit: it does not count.
    event = waiting.select_for_update(skip_locked=True).first()
    if event is None:
        return publish(name, now=now, **payload)
    # Whoever comes for it before our commit finds it locked and leaves.
    transaction.on_commit(partial(hurry, str(event.pk), queue=queue_of(name)))
    return event


_INSERT_MANY = """
    INSERT INTO outbox_event (id, name, payload, created_at, available_at, attempts, last_error)
    SELECT gen_random_uuid(), %s, told::jsonb, %s, statement_timestamp(), 0, '' FROM unnest(%s::text[]) AS told
    RETURNING id::text
"""


def publish_many(name: str, *, payloads: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Write an event for each payload in the caller's transaction, and ask for them after commit in few messages to the broker."""
    told = [json.dumps(payload, ensure_ascii=False) for payload in payloads]
    if not told:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_MANY, [name, now, told])
        event_ids = [event_id for (event_id,) in cursor.fetchall()]
    transaction.on_commit(partial(hurry_together, event_ids, queue=queue_of(name)))


def hurry_together(event_ids: Sequence[str], *, queue: str = QUICK) -> None:
    """Ask workers to relay many events, 250 a message: one message each would cost more than the work that made them."""
    from foundation.outbox.tasks import relay_together

    for start in range(0, len(event_ids), TOGETHER):
        told = {"event_ids": list(event_ids[start : start + TOGETHER])}
        if not _told_broker(partial(relay_together.apply_async, kwargs=told, queue=bulk_of(queue))):
            break


def hurry(event_id: str, *, queue: str = QUICK) -> None:
    """Ask a worker to relay an event at once. A broker that is away costs the wait for the sweep, nothing else."""
    from foundation.outbox.tasks import relay

    _told_broker(partial(relay.apply_async, kwargs={"event_id": event_id}, queue=queue))


class _Broker:
    """What this process knows of the broker: one that did not answer is left alone for a while, or each request would wait for it."""

    quiet_until = 0.0


def _told_broker(tell: Callable[[], object]) -> bool:
    failpoint("outbox.committed")
    if time.monotonic() < _Broker.quiet_until:
        return False
    try:
        tell()
    except Exception as error:
        # Whatever the broker's client raises, the events are committed and the sweep will find them.
        _Broker.quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("outbox.broker_away", error=type(error).__name__)
        return False
    return True
