"""Take the key that a machine brings with its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.models import Machine
from foundation.audit.log import record_action
from foundation.audit.rights import HOLDER
from foundation.devices.actors import actor_of_machine
from foundation.devices.codes import MachineCode, parse_code
from foundation.devices.families import FAMILIES, Family
from foundation.devices.history import write_history
from foundation.devices.keys import key_id_of
from foundation.devices.models import EnrolmentCode, MachineEvent
from foundation.devices.workflow import MACHINES, MAY_ENROL
from foundation.errors import NotFound
from foundation.idempotency.nonces import use_nonce
from foundation.limits.limiter import give_back, take
from foundation.limits.rules import ENROLMENT_CODE, ENROLMENT_SOURCE
from foundation.signatures.keys import check_public_key
from foundation.signatures.verify import Verified


class EnrolmentRefused(NotFound):
    """The code enrols nothing here; why is told to nobody."""

    code = "enrolment_refused"
    message = _("This code enrols no machine here. Ask those who look after it for a new one.")
    is_uniform = True


@dataclass(frozen=True, kw_only=True)
class _Stranger:
    """What the audit log is told when a code is of no machine."""

    kind_of_matter: str
    reference: str = "unknown"
    bureau_code: str = ""
    state: ClassVar[str] = ""


def enrol(*, family: Family, code: str, public_key: bytes, proof: Verified, source: str, now: datetime) -> Machine:
    """Let the machine that the code was made for be known by the key; whatever key it had before is dead at once.

    ``proof`` is the verified signature of the request by the private half of the key, ``source`` the network it came from. A code
    that is unknown, used, taken back, run out or of a machine of another kind raises the same :class:`EnrolmentRefused` and
    leaves an audit row. A slip raises ``RuleViolated(code="code_mistyped")`` and costs no attempt; a bad key ``public_key`` or
    ``key_used``, and leaves the code good. Must not be called inside a transaction: the limits must outlive it.
    """
    typed = parse_code(code)
    check_public_key(public_key)
    permits = [take(ENROLMENT_SOURCE, target=source, now=now), take(ENROLMENT_CODE, target=typed.target, now=now)]
    use_nonce(keyid=proof.keyid, nonce=proof.nonce, expires_at=proof.fresh_until)
    machine = _redeem(family=family, code=typed, public_key=public_key, now=now)
    if machine is None:
        raise EnrolmentRefused
    give_back(permits)
    return machine


@transaction.atomic
def _redeem(*, family: Family, code: MachineCode, public_key: bytes, now: datetime) -> Machine | None:
    """Use the code and take the key, or record why not and return nothing."""
    found = EnrolmentCode.objects.filter(digest=code.digest).first()
    machine = _machine_of(found)
    why_not = _why_not(family, found, machine, now=now)
    if why_not is None and found is not None and machine is not None:
        # The row of the machine is locked, but the code itself decides: of any number of callers one finds it unused.
        used = EnrolmentCode.objects.good(now).filter(pk=found.pk).update(used_at=now)
        if used:
            _take_key(machine, public_key=public_key, now=now)
            return machine
        why_not = "used"
    subject = machine or _Stranger(kind_of_matter=family.kind)
    stranger = Actor(kind=ActorKind.ANONYMOUS, reference=ActorKind.ANONYMOUS)
    record_action(
        actor=stranger,
        capability=HOLDER,
        action=f"{family.kind}.enrol_refused",
        subject=subject,
        now=now,
        changes={"refusal": (None, why_not)},
    )
    return None


def _machine_of(found: EnrolmentCode | None) -> Machine | None:
    """Return the machine of a code, locked; locks are taken in this order wherever codes and machines meet."""
    if found is None:
        return None
    machine: Machine | None = FAMILIES[found.machine_kind].named(found.machine_reference).select_for_update(of=("self",)).first()
    return machine


def _why_not(family: Family, found: EnrolmentCode | None, machine: Machine | None, *, now: datetime) -> str | None:
    """Return why the code opens nothing, for the audit log alone."""
    if found is None or machine is None:
        return "unknown"
    if found.machine_kind != family.kind:
        return "foreign"
    if found.used_at or found.revoked_at:
        return "used" if found.used_at else "revoked"
    if found.expires_at <= now:
        return "expired"
    return None if machine.state in MAY_ENROL else "state"


def _take_key(machine: Machine, *, public_key: bytes, now: datetime) -> None:
    before = machine.key_id
    machine.key_id, machine.public_key, machine.enrolled_at = key_id_of(machine.reference, public_key), public_key, now
    if machine.state == MACHINES.initial:
        machine.state = MACHINES.named("enrol", machine.state).target
        machine.state_changed_at, machine.state_changed_by, machine.state_reason = now, actor_of_machine(machine).label, ""
    machine.save()
    actor = actor_of_machine(machine)
    write_history(machine=machine, kind=MachineEvent.Kind.ENROLLED, actor=actor, now=now, key=public_key)
    changes = {"key_id": (before, machine.key_id)}
    record_action(actor=actor, capability=HOLDER, action=f"{machine.kind_of_matter}.enrol", subject=machine, now=now, changes=changes)
