"""Give or refuse a post of weight that another officer proposed: two officers, never one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Grant, PostProposal, User
from foundation.accounts.operations.grant_role import checked_reason, grant_role
from foundation.accounts.operations.locking import lock_officer
from foundation.accounts.rights import GRANT, check_duties, check_may_grant
from foundation.accounts.subjects import AccountSubject
from foundation.audit.log import Change, record_action
from foundation.audit.masked import Plain
from foundation.errors import Conflict, Hidden, RuleViolated

State = PostProposal.State


@transaction.atomic
def approve_post(*, actor: Actor, reference: str, now: datetime) -> Grant:
    """Give the post; all that is asked for a proposal is asked anew.

    Raises ``RuleViolated`` for who proposed it, ``Conflict`` if it is decided already.
    """
    proposal, user = _open(actor, reference)
    if proposal.proposed_by == actor.label:
        raise RuleViolated(_("You proposed this post. Another hall manager gives it."), code="two_officers")
    check_may_grant(actor, officer=user, role=proposal.role, at=proposal.organisation)
    if not user.is_active:
        raise RuleViolated(_("This account is switched off. Switch it on first."), code="account_disabled")
    check_duties(user, proposal.role)
    _decide(proposal, State.GIVEN, actor=actor, now=now)
    grant = grant_role(user=user, role=proposal.role, organisation=proposal.organisation, granted_by=actor.label, now=now)
    post = f"{proposal.role.code}:{proposal.organisation.code}"
    _record(actor, "account.give_post", user, now, {"post": (None, post), "proposed_by": (None, proposal.proposed_by)})
    return grant


@transaction.atomic
def refuse_post(*, actor: Actor, reference: str, reason: str, now: datetime) -> PostProposal:
    """Refuse a proposal, or take back one's own; the officer's posts stay as they are."""
    proposal, user = _open(actor, reference)
    because = checked_reason(reason)
    check_may_grant(actor, officer=user, role=proposal.role, at=proposal.organisation)
    _decide(proposal, State.WITHDRAWN if proposal.proposed_by == actor.label else State.REFUSED, actor=actor, now=now, because=because)
    post = f"{proposal.role.code}:{proposal.organisation.code}"
    _record(actor, "account.refuse_post", user, now, {"proposed_post": (post, None), "reason": (None, Plain(because))})
    return proposal


def _open(actor: Actor, reference: str) -> tuple[PostProposal, User]:
    """Return a proposal that waits, and its officer, both locked: the officer first, as whoever gives posts does."""
    found = PostProposal.objects.select_related("organisation", "user").filter(reference=reference).first()
    if found is None or not actor.can(GRANT, found.organisation):
        raise Hidden(capability=GRANT)
    user = lock_officer(actor, found.user.reference)
    rows = PostProposal.objects.select_for_update(of=("self",)).select_related("role", "organisation")
    proposal = rows.waiting().filter(pk=found.pk).first()
    if proposal is None:
        raise Conflict(_("Somebody has decided about this post already."), code="proposal_decided")
    return proposal, user


def _decide(proposal: PostProposal, state: PostProposal.State, *, actor: Actor, now: datetime, because: str = "") -> None:
    proposal.state, proposal.because = state, because
    proposal.decided_at, proposal.decided_by = now, actor.label
    proposal.save(update_fields=["state", "because", "decided_at", "decided_by"])


def _record(actor: Actor, action: str, user: User, now: datetime, changes: dict[str, Change]) -> None:
    record_action(actor=actor, action=action, capability=GRANT, subject=AccountSubject.of(user), now=now, changes=changes)
