"""End sessions: one's own elsewhere, or those of an officer. The browser concerned finds out at its next request."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from foundation.accounts.actors import Actor
from foundation.accounts.models import SignIn, User
from foundation.accounts.models.sign_in import SignInQuerySet
from foundation.accounts.operations.locking import lock_officer
from foundation.accounts.rights import DISABLE, check_may_change
from foundation.accounts.subjects import AccountSubject
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.errors import NotFound


@transaction.atomic
def end_own_sign_in(*, actor: Actor, sign_in: UUID, now: datetime) -> None:
    """End one session of the actor's own; raise ``NotFound`` if it is over already, or somebody else's."""
    _end_own(actor, _own(actor).filter(pk=sign_in).open(now=now), now=now)


@transaction.atomic
def end_other_sign_ins(*, actor: Actor, present: UUID, now: datetime) -> int:
    """End every session of the actor's own but the present one; return how many. Raises ``NotFound`` if there is no other."""
    return _end_own(actor, _own(actor).exclude(pk=present).open(now=now), now=now)


@transaction.atomic
def end_sign_ins_of(*, actor: Actor, officer: str, now: datetime) -> int:
    """End every session of an officer, who can sign in again; return how many."""
    user = lock_officer(actor, officer)
    check_may_change(actor, DISABLE, user)
    count = close_sign_ins(SignIn.objects.filter(user=user), end=SignIn.End.MANAGER, now=now)
    changes, subject = {"sessions": (count, 0)}, AccountSubject.of(user)
    record_action(actor=actor, action="account.end_sessions", capability=DISABLE, subject=subject, now=now, changes=changes)
    return count


def close_sign_ins(sign_ins: SignInQuerySet, *, end: SignIn.End, now: datetime) -> int:
    """End the sessions among these that hold; return how many. The operation that calls it writes the audit row."""
    return sign_ins.open(now=now).update(ended_at=now, end=end)


def _own(actor: Actor) -> SignInQuerySet:
    return SignIn.objects.filter(user__reference=actor.reference)


def _end_own(actor: Actor, sign_ins: SignInQuerySet, *, now: datetime) -> int:
    count = sign_ins.update(ended_at=now, end=SignIn.End.ELSEWHERE)
    if not count:
        raise NotFound
    subject = AccountSubject.of(User.objects.select_related("unit").get(reference=actor.reference))
    changes = {"sessions": (count, 0)}
    record_action(actor=actor, action="account.end_sessions", capability=OWN, subject=subject, now=now, changes=changes)
    return count
