"""Stop listening to a machine at once, listen to it again, or never again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Feed, Machine
from foundation.audit.log import record_action
from foundation.devices.families import FEEDS, Family
from foundation.devices.history import write_history
from foundation.devices.models import EnrolmentCode, MachineEvent
from foundation.devices.operations.locking import locked
from foundation.devices.permissions import right_of
from foundation.devices.workflow import MACHINES
from foundation.errors import Conflict, NotFound, RuleViolated

LONGEST_REASON: Final = 200
_EVENTS: Final = {
    "suspend": MachineEvent.Kind.SUSPENDED,
    "resume": MachineEvent.Kind.RESUMED,
    "lose": MachineEvent.Kind.LOST,
    "find": MachineEvent.Kind.FOUND,
    "retire": MachineEvent.Kind.RETIRED,
}
ACTIONS: Final = tuple(_EVENTS)


@transaction.atomic
def change_state(*, actor: Actor, family: Family, reference: str, action: str, reason: str, now: datetime) -> Machine:
    """Do one of :data:`ACTIONS`; what the machine sends from its next request on is met by its new state.

    Nothing is cached: the row is read for each request. Finding a lost machine forgets its key, so that it is heard again only
    after it has enrolled anew. A code that waits is taken back when the machine is lost or retired. Raises ``Hidden``, ``Conflict``
    for what cannot follow the present state, or ``RuleViolated`` naming ``reason``.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise RuleViolated(_("Say why, in at most 200 characters."), code="reason", field="reason")
    machine: Machine = locked(actor, family, reference)
    before = machine.state
    machine.state = MACHINES.named(action, before).target
    machine.state_changed_at, machine.state_changed_by, machine.state_reason = now, actor.label, reason
    fields = ["state", "state_changed_at", "state_changed_by", "state_reason"]
    if action == "find":
        machine.key_id = machine.public_key = machine.enrolled_at = None
        fields += ["key_id", "public_key", "enrolled_at"]
    machine.save(update_fields=fields)
    if action in {"lose", "retire"}:
        pending = EnrolmentCode.objects.pending().filter(machine_kind=family.kind, machine_reference=machine.reference)
        pending.update(revoked_at=now)
    write_history(machine=machine, kind=_EVENTS[action], actor=actor, now=now, reason=reason)
    record_action(
        actor=actor,
        capability=right_of(actor, family),
        action=f"{family.kind}.{machine.state}",
        subject=machine,
        now=now,
        changes={"state": (before, machine.state)},
    )
    return machine


def suspend_feed(*, actor: Actor, code: str, now: datetime, reason: str = "by command") -> Machine:
    """Refuse everything that the feed sends from the next request on; a batch under way is finished first."""
    return _change_feed(actor=actor, code=code, action="suspend", reason=reason, now=now)


def resume_feed(*, actor: Actor, code: str, now: datetime, reason: str = "by command") -> Machine:
    """Take the feed's messages again."""
    return _change_feed(actor=actor, code=code, action="resume", reason=reason, now=now)


def _change_feed(*, actor: Actor, code: str, action: str, reason: str, now: datetime) -> Machine:
    found = Feed.objects.filter(code=code).values_list("state", flat=True).first()
    if found is None:
        raise NotFound(_("There is no feed with this code."), code="feed_not_found", field="code")
    if found == {"suspend": Feed.State.SUSPENDED, "resume": Feed.State.ACTIVE}[action]:
        raise Conflict(_("The feed is in this state already."), code="feed_state_same")
    return change_state(actor=actor, family=FEEDS, reference=code, action=action, reason=reason, now=now)
