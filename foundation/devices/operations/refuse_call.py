"""Refuse what a machine sends that is not to be heard."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Machine
from foundation.audit.alarms import raise_alarm
from foundation.devices.alarms import LOST_SPOKE
from foundation.errors import NotAllowed

_MESSAGES = {"kiosk": _("This terminal is suspended. Call those who look after it."), "feed": _("This feed is suspended.")}


def refuse_call(*, machine: Machine, now: datetime) -> NoReturn:
    """Raise ``NotAllowed(code="kiosk_suspended")`` or ``feed_suspended``; like every denial it leaves an audit row.

    A machine that is lost or retired is told the same: whoever carried it off need not learn that it is missed. But a lost one raises
    an alarm at its organisation, one an hour however often it speaks. Must not be called inside a transaction.
    """
    kind = machine.kind_of_matter
    if machine.state == Machine.State.LOST:
        with transaction.atomic():
            evidence = {"key_id": machine.key_id or ""}
            raise_alarm(kind=LOST_SPOKE.code, about=machine, now=now, evidence=evidence, path=machine.home.path, name=machine.name)
    raise NotAllowed(_MESSAGES[kind], code=f"{kind}_suspended")
