"""Say that somebody looked into an alarm, and what they found."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.alarm_models import ALARM_READ, LONGEST_NOTE, Alarm
from foundation.audit.log import record_action
from foundation.errors import Conflict, Hidden, NotFound, RuleViolated


@transaction.atomic
def acknowledge_alarm(*, actor: Actor, reference: str, note: str, now: datetime) -> Alarm:
    """Close an alarm with a note on what it was. Nobody closes an alarm about themselves: to them it is not there.

    Raises ``NotFound`` or ``Hidden``, ``RuleViolated(field="note")``, or ``Conflict`` if somebody else was faster.
    """
    found = Alarm.objects.filter(reference=reference)
    alarm = found.visible_to(actor).select_for_update(of=("self",)).first()
    if alarm is None:
        raise Hidden(capability=ALARM_READ) if found.exists() else NotFound
    note = note.strip()
    if not note or len(note) > LONGEST_NOTE:
        raise RuleViolated(_("Write what you found, in at most 1,000 characters."), code="note_missing", field="note")
    if alarm.acknowledged_at is not None:
        raise Conflict(_("Somebody else has closed this alarm already."), code="alarm_closed")
    alarm.acknowledged_at, alarm.acknowledged_by, alarm.acknowledged_name, alarm.note = now, actor.label, actor.name, note
    alarm.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_name", "note"])
    record_action(
        actor=actor, action="alarm.acknowledge", capability=ALARM_READ, subject=alarm, now=now, changes={"is_closed": (False, True)}
    )
    return alarm
