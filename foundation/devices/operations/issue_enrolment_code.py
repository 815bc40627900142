"""Make the code with which one machine brings its key."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Machine
from foundation.audit.log import record_action
from foundation.devices.codes import GOOD_FOR, MachineCode, new_code
from foundation.devices.families import Family
from foundation.devices.history import write_history
from foundation.devices.models import EnrolmentCode, MachineEvent
from foundation.devices.operations.locking import locked
from foundation.devices.permissions import right_of
from foundation.devices.workflow import MAY_ENROL
from foundation.errors import Conflict


@transaction.atomic
def issue_enrolment_code(*, actor: Actor, family: Family, reference: str, now: datetime) -> tuple[Machine, MachineCode]:
    """Return a fresh code for the machine, to be shown this once; one that was made before opens nothing from now on.

    It is good for an hour, once, for this machine only. Raises ``Hidden``, or ``Conflict`` for a machine that is lost or retired.
    """
    machine: Machine = locked(actor, family, reference)
    if machine.state not in MAY_ENROL:
        raise Conflict(_("A machine that is lost or retired cannot enrol."), code="may_not_enrol")
    mine = EnrolmentCode.objects.filter(machine_kind=family.kind, machine_reference=machine.reference)
    mine.pending().update(revoked_at=now)
    code = new_code()
    EnrolmentCode.objects.create(
        digest=code.digest,
        machine_kind=family.kind,
        machine_reference=machine.reference,
        issued_at=now,
        issued_by=actor.label,
        expires_at=now + GOOD_FOR,
    )
    write_history(machine=machine, kind=MachineEvent.Kind.CODE_ISSUED, actor=actor, now=now)
    record_action(actor=actor, capability=right_of(actor, family), action=f"{family.kind}.enrolment_code", subject=machine, now=now)
    return machine, code
