"""Celery's side of forgetting."""

from __future__ import annotations

from celery import shared_task

from foundation import clock
from foundation.accounts.actors import command_actor
from foundation.privacy.operations.purge import purge as purge_now


@shared_task
def purge() -> int:
    """Forget what is over under every rule; return how many rows. Safe to run twice and at the same time."""
    return sum(each.rows for each in purge_now(actor=command_actor("purge"), now=clock.now()))
