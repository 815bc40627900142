"""Celery's side of telling people: a queue for each provider, and the sweep that finds what a broker lost."""

from __future__ import annotations

from celery import shared_task

from foundation import clock
from foundation.notifications.operations.sweep import sweep_deliveries
from foundation.notifications.queueing import hurry
from foundation.notifications.sending import drain


def _drain(channel: str) -> int:
    tries, is_more_due = drain(channel)
    if is_more_due:
        hurry(channel)
    return tries


@shared_task
def deliver_sms() -> int:
    """Send the texts that are due; return how many tries were made. Safe to run twice, as all of these are: each delivery is leased."""
    return _drain("sms")


@shared_task
def deliver_email() -> int:
    """Send the mails that are due."""
    return _drain("email")


@shared_task
def deliver_wechat() -> int:
    """Send the WeChat messages that are due."""
    return _drain("wechat")


@shared_task
def sweep() -> int:
    """Ask the workers of each channel with something due, and look after what providers do not answer for; return of how many."""
    channels = sweep_deliveries(now=clock.database_now())
    return sum(hurry(channel) for channel in channels)


TASKS = {"sms": deliver_sms, "email": deliver_email, "wechat": deliver_wechat}
