"""Switch an officer's account off, or on again."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import OfficerContact, SignIn, User
from foundation.accounts.operations.end_sign_ins import close_sign_ins
from foundation.accounts.operations.grant_role import checked_reason
from foundation.accounts.operations.invite_officer import withdraw_invitations
from foundation.accounts.operations.locking import lock_officer
from foundation.accounts.rights import DISABLE, check_may_change
from foundation.accounts.subjects import AccountSubject
from foundation.audit.log import record_action
from foundation.audit.masked import Plain
from foundation.errors import Conflict


@transaction.atomic
def disable_account(*, actor: Actor, officer: str, reason: str, now: datetime) -> User:
    """Refuse the officer from the next request on, on pages and over the API; posts stay written down, and wait.

    Raises ``NotAllowed`` for an officer who also belongs above, ``RuleViolated`` for oneself, ``Conflict`` if it is off already.
    """
    user = lock_officer(actor, officer)
    check_may_change(actor, DISABLE, user)
    because = checked_reason(reason)
    if not user.is_active:
        raise Conflict(_("The account is switched off already."), code="account_state_same")
    user.is_active = False
    user.save(update_fields=["is_active"])
    OfficerContact.objects.filter(user=user).update(is_active=False)
    withdraw_invitations(user, now=now)
    close_sign_ins(SignIn.objects.filter(user=user), end=SignIn.End.DISABLED, now=now)
    changes = {"is_active": (True, False), "reason": (None, Plain(because))}
    record_action(actor=actor, action="account.disable", capability=DISABLE, subject=AccountSubject.of(user), now=now, changes=changes)
    return user


@transaction.atomic
def enable_account(*, actor: Actor, officer: str, reason: str, now: datetime) -> User:
    """Let the officer sign in again, with the posts held before. Raises ``Conflict`` also if another has the phone by now."""
    user = lock_officer(actor, officer)
    check_may_change(actor, DISABLE, user)
    because = checked_reason(reason)
    if user.is_active:
        raise Conflict(_("The account is switched on already."), code="account_state_same")
    user.is_active = True
    user.save(update_fields=["is_active"])
    try:
        with transaction.atomic():
            OfficerContact.objects.filter(user=user).update(is_active=True)
    except IntegrityError as error:
        message = _("Another officer has the phone number of this account by now. Give one of them another number first.")
        raise Conflict(message, code="phone_taken") from error
    changes = {"is_active": (False, True), "reason": (None, Plain(because))}
    record_action(actor=actor, action="account.enable", capability=DISABLE, subject=AccountSubject.of(user), now=now, changes=changes)
    return user
