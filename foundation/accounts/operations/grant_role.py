"""Give an officer a post, or take it away."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.models import Grant, PostProposal, Role, User
from foundation.accounts.operations.locking import lock_officer
from foundation.accounts.rights import GRANT, check_duties, check_may_grant, needs_two_officers
from foundation.accounts.subjects import AccountSubject
from foundation.audit.log import record_action
from foundation.audit.masked import Plain
from foundation.errors import Conflict, NotFound, RuleViolated
from foundation.organisations.models import Organisation

LONGEST_REASON = 200


@transaction.atomic
def give_post(*, actor: Actor, officer: str, role: str, organisation: str, now: datetime) -> Grant | PostProposal:
    """Let the officer with this reference do what the role allows, at the organisation and below it, from the next request on.

    A post of weight is only proposed, and returned as such: another officer gives it. A command gives it at once, for whoever may run
    one already holds the machine.

    Raises ``NotAllowed`` above the actor's own posts or for a role of power over accounts at the own level, ``RuleViolated`` for
    oneself, for duties that exclude each other and for an account that is switched off, ``Conflict`` if the post is held already.
    """
    user = lock_officer(actor, officer)
    post, at = _role(role), _organisation(organisation)
    check_may_grant(actor, officer=user, role=post, at=at)
    if not user.is_active:
        raise RuleViolated(_("This account is switched off. Switch it on first."), code="account_disabled")
    check_duties(user, post)
    if needs_two_officers(post) and actor.kind != ActorKind.COMMAND:
        return propose_post(actor=actor, user=user, role=post, organisation=at, now=now)
    grant = grant_role(user=user, role=post, organisation=at, granted_by=actor.label, now=now)
    changes = {"post": (None, f"{post.code}:{at.code}")}
    record_action(actor=actor, action="account.give_post", capability=GRANT, subject=AccountSubject.of(user), now=now, changes=changes)
    return grant


@transaction.atomic
def take_post_away(*, actor: Actor, officer: str, role: str, organisation: str, reason: str, now: datetime) -> Grant:
    """Take a post away; the officer's next request is refused. Raises as :func:`give_post`, ``Conflict`` if it is not held any more."""
    user = lock_officer(actor, officer)
    post, at = _role(role), _organisation(organisation)
    check_may_grant(actor, officer=user, role=post, at=at)
    because = checked_reason(reason)
    grant = Grant.objects.live().filter(user=user, role=post, organisation=at).first()
    if grant is None:
        raise Conflict(_("The officer does not hold this post any more."), code="already_revoked")
    revoke_role(grant=grant, revoked_by=actor.label, now=now, because=because)
    changes = {"post": (f"{post.code}:{at.code}", None), "reason": (None, Plain(because))}
    record_action(actor=actor, action="account.take_post", capability=GRANT, subject=AccountSubject.of(user), now=now, changes=changes)
    return grant


@transaction.atomic
def propose_post(*, actor: Actor, user: User, role: Role, organisation: Organisation, now: datetime) -> PostProposal:
    """Let a post of weight wait for a second officer; for :func:`give_post`, and for what takes such a post until it is given anew."""
    if Grant.objects.live().filter(user=user, role=role, organisation=organisation).exists():
        raise Conflict(_("This officer already holds the role there."), code="already_granted")
    try:
        with transaction.atomic():
            made = PostProposal.objects.create(user=user, role=role, organisation=organisation, proposed_at=now, proposed_by=actor.label)
    except IntegrityError as error:
        raise Conflict(_("This post is proposed already and waits for a second officer."), code="already_proposed") from error
    changes = {"proposed_post": (None, f"{role.code}:{organisation.code}")}
    subject = AccountSubject.of(user)
    record_action(actor=actor, action="account.propose_post", capability=GRANT, subject=subject, now=now, changes=changes)
    return made


@transaction.atomic
def grant_role(*, user: User, role: Role, organisation: Organisation, granted_by: str, now: datetime) -> Grant:
    """Enter a post without asking who may: for seeds, the first hall manager of a city, and :func:`give_post`."""
    if not user.is_officer:
        raise RuleViolated(_("Only officers hold roles."), code="not_an_officer", field="user")
    try:
        with transaction.atomic():
            return Grant.objects.create(user=user, role=role, organisation=organisation, granted_at=now, granted_by=granted_by)
    except IntegrityError as error:
        raise Conflict(_("This officer already holds the role there."), code="already_granted") from error


def revoke_role(*, grant: Grant, revoked_by: str, now: datetime, because: str = "") -> None:
    """End a post without asking who may: for :func:`take_post_away` and what ends posts by itself."""
    ended = {"revoked_at": now, "revoked_by": revoked_by, "revoked_because": because}
    if not Grant.objects.live().filter(pk=grant.pk).update(**ended):
        raise Conflict(code="already_revoked")


def checked_reason(reason: str) -> str:
    """Return a reason as it is kept; raise ``RuleViolated`` for none, and for a novel."""
    because = reason.strip()
    if not because or len(because) > LONGEST_REASON:
        raise RuleViolated(_("Give a reason of at most 200 characters."), code="reason", field="reason")
    return because


def _role(code: str) -> Role:
    found = Role.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no such post."), code="role_unknown", field="role")
    return found


def _organisation(code: str) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no such unit."), code="organisation_unknown", field="organisation")
    return found
