"""The audit app."""

from __future__ import annotations

import secrets
from contextvars import Token
from typing import Any

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit rows of operations and access rows of looks."""

    name = "foundation.audit"
    label = "audit"

    def ready(self) -> None:
        """Work behind the scenes is known as such in the logs."""
        from celery.signals import task_postrun, task_prerun

        from foundation.audit import alarms, kinds
        from foundation.audit.web import desk, own

        kinds.register()
        alarms.register()
        desk.register()
        own.register()
        task_prerun.connect(_enter_task, dispatch_uid="audit.task_begins")
        task_postrun.connect(_leave_task, dispatch_uid="audit.task_ends")


# By task, what held before: one that is run within another, or within a request, leaves behind what it found.
_entered: dict[str, tuple[Token[Any], str]] = {}


def _enter_task(*, task_id: str, **_: object) -> None:
    from foundation.audit.models import Channel
    from foundation.audit.source import Source, set_source
    from foundation.trace import current_trace_id, set_trace_id

    before = current_trace_id()
    _entered[task_id] = (set_source(Source(channel=Channel.TASK)), before)
    set_trace_id(before or secrets.token_hex(16))


def _leave_task(*, task_id: str, **_: object) -> None:
    from foundation.audit.source import forget_source
    from foundation.trace import set_trace_id

    if task_id in _entered:
        token, before = _entered.pop(task_id)
        forget_source(token)
        set_trace_id(before)
