"""Write down that somebody was refused: one row a request, and a number instead of rows for a flood of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from foundation.accounts.actors import ActorKind
from foundation.audit.alarms import MANY_DENIALS, path_above, raise_alarm
from foundation.audit.log import Who, insert_deed
from foundation.audit.models import UnwrittenDenials
from foundation.denials import Denial
from foundation.errors import TooManyRequests
from foundation.limits.limiter import take
from foundation.limits.rules import DENIALS_OF_ACTOR, DENIALS_OF_HALL, DENIALS_OF_SOURCE, Rule

DENIED = "denied"
_KINDS = {ActorKind.OFFICER.value: "user", ActorKind.RESIDENT.value: "user"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """What was asked for: the route's name with the method, and the thing that the address named, if it named one of the hall's."""

    route: str
    method: str
    status: int
    kind_of_matter: str = ""
    reference: str = ""
    bureau_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Nobody:
    """Who is not signed in."""

    kind: str = ActorKind.ANONYMOUS
    reference: str = ActorKind.ANONYMOUS
    name: str = ""
    mandate: str = ""


def record_denial(*, actor: Who, denial: Denial, target: Target, network: str, now: datetime) -> bool:
    """Write the audit row of a refused request, in a transaction of its own; return whether it was written.

    Must be called after the refused request rolled back, and outside any transaction. More of them than ``foundation.limits.rules``
    allows are counted in ``UnwrittenDenials`` and not written one by one: a row for each would let anybody fill the disk.
    """
    source, rules = _limits(actor, network)
    for rule, counted in rules:
        try:
            take(rule, target=counted, now=now)
        except TooManyRequests:
            _count(actor, source=source, rule=rule, now=now)
            return False
    changes = {
        "route": (None, target.route),
        "method": (None, target.method),
        "refusal": (None, denial.code),
        "status": (None, target.status),
    }
    with transaction.atomic():
        insert_deed(actor=actor, action=DENIED, capability=denial.capability, subject=target, now=now, changes=changes)
    return True


@transaction.atomic
def _count(actor: Who, *, source: str, rule: Rule, now: datetime) -> None:
    """Count one more; the first of an account is an alarm, for behind it is a program with somebody's session."""
    number = UnwrittenDenials.objects.count_one(source=source, now=now)
    if actor.kind != ActorKind.ANONYMOUS and number == 1:
        path = path_above(actor)
        about = _Account(kind_of_matter=_KINDS.get(actor.kind, actor.kind), reference=actor.reference, bureau_code=path[:6])
        raise_alarm(kind=MANY_DENIALS.code, about=about, path=path, now=now, evidence={"refused": rule.allowed})


@dataclass(frozen=True, kw_only=True)
class _Account:
    """Whom an alarm is about."""

    kind_of_matter: str
    reference: str
    bureau_code: str


def _limits(actor: Who, network: str) -> tuple[str, tuple[tuple[Rule, str], ...]]:
    """Return the word for the source, and what it is counted against: who is known by the account, anybody else by the network."""
    if actor.kind == ActorKind.ANONYMOUS:
        return network, ((DENIALS_OF_SOURCE, network), (DENIALS_OF_HALL, ""))
    label = f"{actor.kind}:{actor.reference}"
    return label, ((DENIALS_OF_ACTOR, label),)
