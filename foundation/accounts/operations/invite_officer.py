"""Make an account for an officer, or open one anew: both by a code that works once, so that nobody else ever knows the password."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Grant, Invitation, SignIn, User
from foundation.accounts.operations.change_contact import write_phone
from foundation.accounts.operations.end_sign_ins import close_sign_ins
from foundation.accounts.operations.grant_role import checked_reason, propose_post, revoke_role
from foundation.accounts.operations.locking import lock_officer
from foundation.accounts.rights import DISABLE, GRANT, check_may_change, needs_two_officers
from foundation.accounts.subjects import AccountSubject, person_acting
from foundation.audit.log import record_action
from foundation.audit.masked import Plain
from foundation.audit.rights import HOLDER
from foundation.errors import Conflict, NotAllowed, NotFound, RuleViolated
from foundation.identifiers import NotReadable
from foundation.identifiers.crockford import canonical, encode
from foundation.limits.limiter import give_back, take
from foundation.limits.rules import INVITATION_SOURCE
from foundation.organisations.models import Organisation

LIVES: Final = timedelta(hours=72)
_LENGTH: Final = 24
_USERNAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?")


class InvitationRefused(NotFound):
    """The code opens no account; whether it ever did is told to nobody."""

    code = "invitation_refused"
    message = _("This code opens no account. It may be mistyped, used or too old; ask whoever gave it to you for another.")


@transaction.atomic
def invite_officer(
    *, actor: Actor, username: str, display_name: str, badge_number: str, unit: Organisation, now: datetime, phone: str = ""
) -> tuple[User, str]:
    """Make the account of an officer of this unit, without any post; return it with the code that opens it once within 72 hours.

    Raises ``NotAllowed`` above the actor's own posts, ``RuleViolated`` naming the field, ``Conflict`` for a name, badge or phone that
    another officer has.
    """
    if not actor.can(GRANT, unit):
        raise NotAllowed(_("You may set up accounts only for your own unit and those below."), code="unit_above", capability=GRANT)
    user = User(kind=User.Kind.OFFICER, username=username.strip(), unit=unit)
    user.display_name, user.badge_number = display_name.strip(), badge_number.strip()
    _check(user)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Conflict(_("Another account has this user name."), code="username_taken", field="username") from error
    if phone.strip():
        write_phone(user, phone)
    code = _invite(user, by=actor, now=now)
    changes = {"username": (None, user.username), "unit": (None, unit.code)}
    record_action(actor=actor, action="account.invite", capability=GRANT, subject=AccountSubject.of(user), now=now, changes=changes)
    return user, code


@transaction.atomic
def reset_sign_in(*, actor: Actor, officer: str, reason: str, now: datetime) -> str:
    """Take password and second factors from an officer who lost one; end the sessions; return a code that opens the account anew.

    Password and second factor go together: with the password alone, whoever stole it could set up a factor of their own. Posts of
    weight wait for a second officer, or whoever holds the code would hold them: one manager could become another, or the auditor.
    """
    user = lock_officer(actor, officer)
    check_may_change(actor, DISABLE, user)
    because = checked_reason(reason)
    if not user.is_active:
        raise RuleViolated(_("This account is switched off. Switch it on first."), code="account_disabled")
    user.set_unusable_password()
    user.save(update_fields=["password"])
    factors = sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    close_sign_ins(SignIn.objects.filter(user=user), end=SignIn.End.RESET, now=now)
    code = _invite(user, by=actor, now=now)
    _hold_posts_of_weight(user, by=actor, now=now)
    changes = {"second_factors": (factors, []), "reason": (None, Plain(because))}
    record_action(
        actor=actor, action="account.reset_sign_in", capability=DISABLE, subject=AccountSubject.of(user), now=now, changes=changes
    )
    return code


def accept_invitation(*, code: str, password: str, source: str, now: datetime) -> User:
    """Set the password of the account that the code opens, and use the code up; return the officer, who sets up a second factor next.

    Raises :class:`InvitationRefused` for a code that is unknown, used, withdrawn or too old, ``RuleViolated`` for a password against
    the rules, ``TooManyRequests``. Must not be called inside a transaction.
    """
    permit = take(INVITATION_SOURCE, target=source, now=now)
    try:
        user = _accept(code=code, password=password, now=now)
    except RuleViolated:
        # The code was right; a better password may follow.
        give_back([permit])
        raise
    give_back([permit])
    return user


@transaction.atomic
def _accept(*, code: str, password: str, now: datetime) -> User:
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("user__unit").filter(code_digest=_digest(code)).first()
    is_open = invitation is not None and invitation.used_at is None and invitation.withdrawn_at is None and now < invitation.expires_at
    if invitation is None or not is_open or not invitation.user.is_active:
        raise InvitationRefused(field="code")
    user = invitation.user
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise RuleViolated(" ".join(error.messages), code="password", field="password") from error
    user.set_password(password)
    user.save(update_fields=["password"])
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    who, subject = person_acting(user), AccountSubject.of(user)
    record_action(actor=who, action="account.accept_invitation", capability=HOLDER, subject=subject, now=now)
    return user


def withdraw_invitations(user: User, *, now: datetime) -> None:
    """Make codes that wait to be used worthless. The operation that calls it writes the audit row."""
    Invitation.objects.filter(user=user, used_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=now)


def _invite(user: User, *, by: Actor, now: datetime) -> str:
    withdraw_invitations(user, now=now)
    code = encode(secrets.randbits(5 * _LENGTH), length=_LENGTH)
    Invitation.objects.create(user=user, code_digest=_digest(code), made_at=now, made_by=by.label, expires_at=now + LIVES)
    return "-".join(code[place : place + 4] for place in range(0, _LENGTH, 4))


def _hold_posts_of_weight(user: User, *, by: Actor, now: datetime) -> None:
    held = Grant.objects.live().filter(user=user).select_related("role", "organisation")
    for grant in [grant for grant in held if needs_two_officers(grant.role)]:
        revoke_role(grant=grant, revoked_by=by.label, now=now, because="sign-in reset")
        propose_post(actor=by, user=user, role=grant.role, organisation=grant.organisation, now=now)


def _digest(code: str) -> bytes:
    try:
        plain = canonical(code, length=_LENGTH)
    except NotReadable as error:
        raise InvitationRefused(field="code") from error
    return hashlib.sha256(plain.encode()).digest()


def _check(user: User) -> None:
    if not _USERNAME.fullmatch(user.username):
        message = _("A user name has 1 to 64 small letters, digits, dots and hyphens, and begins and ends with a letter or digit.")
        raise RuleViolated(message, code="username", field="username")
    if not user.display_name or len(user.display_name) > 100:
        raise RuleViolated(_("Give the officer's name, in at most 100 characters."), code="display_name", field="display_name")
    if not user.badge_number or len(user.badge_number) > 20:
        raise RuleViolated(_("Give the badge number, in at most 20 characters."), code="badge_number", field="badge_number")
    same_badge = User.objects.filter(kind=User.Kind.OFFICER, badge_number=user.badge_number, is_active=True)
    if same_badge.exists():
        raise Conflict(_("Another officer has this badge number."), code="badge_taken", field="badge_number")
