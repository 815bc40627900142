"""What the audit log keeps of residents' sign-ins: what they did to their own account, and who did not get in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.models import User
from foundation.accounts.subjects import AccountSubject, person_acting
from foundation.audit.log import Change, record_action
from foundation.audit.models import AuditEntry
from foundation.audit.rights import HOLDER, OWN
from foundation.errors import DomainError

NOBODY: Final = Actor(kind=ActorKind.ANONYMOUS, reference="anonymous")
BY_PHONE: Final = "phone"
MOST_CHANGES: Final = 10
_CHANGES: Final[dict[str, str | Promise]] = {
    "identity.linked": _("A way to sign in was added"),
    "identity.unlinked": _("A way to sign in was removed"),
    "phone.change_asked": _("A new phone number was named"),
    "phone.change_stopped": _("The change of the number was stopped"),
    "phone.changed": _("The phone number was changed"),
    "phone.removed": _("The phone number was removed"),
    "phone.rested": _("The phone number was not used for long and signs in no more"),
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """A way into the hall as the subject of an audit row: a provider's code, or :data:`BY_PHONE`. It belongs to no bureau."""

    reference: str
    kind_of_matter: str = "entrance"
    bureau_code: str = ""


def record_own(
    *, user: User, action: str, now: datetime, changes: Mapping[str, Change] | None = None, actor: Actor | None = None, right: str = OWN
) -> None:
    """Write that a resident did something to their own account, or ``actor`` by another ``right``. Call it inside the transaction."""
    record_action(
        actor=actor or person_acting(user), action=action, capability=right, subject=AccountSubject.of(user), now=now, changes=changes
    )


def record_refusal(*, entrance: str, error: DomainError, user: User | None, purpose: str, now: datetime) -> None:
    """Write that nobody got in by an entrance, or nothing was confirmed or linked, and why; raise an alarm if somebody must act."""
    actor = person_acting(user) if user else NOBODY
    record_action(
        actor=actor,
        action=f"identity.{purpose}_refused",
        capability=HOLDER,
        subject=Entrance(reference=entrance),
        now=now,
        changes={"refused_as": (None, error.code)},
    )
    if getattr(error, "needs_operator", False):
        log.error("alarm.identity_refused", entrance=entrance, reason=error.code, purpose=purpose)


@dataclass(frozen=True, kw_only=True)
class OwnChange:
    """One change of the ways into an account."""

    at: datetime
    what: str | Promise


def own_changes(user: User) -> list[OwnChange]:
    """Return the last changes of the ways into a resident's account, whoever made them, the newest first. One query."""
    kind = AccountSubject.of(user).kind_of_matter
    rows = AuditEntry.objects.filter(subject_kind=kind, subject_reference=user.reference, action__in=list(_CHANGES))
    return [OwnChange(at=row.at, what=_CHANGES[row.action]) for row in rows.order_by("-at", "-pk")[:MOST_CHANGES]]
