"""Celery's side of one-time codes."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Final
from uuid import UUID

from celery import shared_task

from foundation import clock
from foundation.one_time_codes.operations.forget_codes import forget_codes
from foundation.one_time_codes.operations.send_code import send_code

# Of one process: a gateway that hangs takes so many threads and no more.
AT_ONCE: Final = 4
AGAIN_AFTER_SECONDS: Final = 1

_slots: Final = BoundedSemaphore(AT_ONCE)


@shared_task
def send(*, request: str) -> bool:
    """Make and send the code of one request; return whether one went out. Safe to run twice: a request gets one code.

    Where all places are taken by texts that hang, it comes again a second later.
    """
    if not _slots.acquire(blocking=False):
        send.apply_async(kwargs={"request": request}, countdown=AGAIN_AFTER_SECONDS)
        return False
    try:
        return send_code(request=UUID(request), now=clock.database_now())
    finally:
        _slots.release()


@shared_task
def forget() -> int:
    """Delete requests that are long over; return how many. Safe to run twice."""
    return forget_codes(now=clock.now())
