"""Examine a request for correction, look at it, and decide on it: two officers, never one (PIPL art. 46)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.audit.log import Change, record_action, record_look
from foundation.audit.models import AccessEntry
from foundation.errors import Conflict, NotFound, RuleViolated
from foundation.privacy.correctables import correctable_of
from foundation.privacy.models import Correction
from foundation.privacy.operations.ask_correction import written
from foundation.privacy.permissions import DECIDE, REVIEW, check_may, check_may_see

State = Correction.State


@transaction.atomic
def look_at_correction(*, actor: Actor, reference: str, now: datetime) -> Correction:
    """Return a request to whoever examines or decides it; the look is written down. Raises ``NotFound``."""
    correction = Correction.objects.select_related("addressed_to").filter(reference=reference).first()
    if correction is None:
        raise NotFound
    check_may_see(actor, correction)
    record_look(viewer=actor, subject=correction, reason=AccessEntry.Reason.HANDLING, now=now)
    return correction


@transaction.atomic
def propose_decision(*, actor: Actor, reference: str, is_accepted: bool, answer: str, now: datetime, proposed: str = "") -> Correction:
    """Say what should be answered: put right, as ``proposed`` or else as asked, or refused; ``answer`` gives the person the reason."""
    correction = _lock(reference)
    check_may(actor, REVIEW, correction)
    if correction.state != State.ASKED:
        raise Conflict(_("This request is not waiting for a reviewer."), code="correction_not_asked")
    correctable = correctable_of(correction.target)
    if correctable is None:
        raise Conflict(_("This can no longer be put right here."), code="not_correctable")
    correction.answer = written(answer, field="answer")
    correction.proposed = correctable.clean(proposed or correction.wanted, field="proposed") if is_accepted else ""
    correction.state, correction.is_accepted = State.PROPOSED, is_accepted
    correction.reviewed_at, correction.reviewed_by = now, actor.label
    correction.save()
    _record(actor, "correction.propose", REVIEW, correction, now, {"state": (State.ASKED, State.PROPOSED), "accepted": (None, is_accepted)})
    return correction


@transaction.atomic
def approve_proposal(*, actor: Actor, reference: str, now: datetime) -> Correction:
    """Decide as another officer proposed: the value is put right in this very transaction, or the request is refused."""
    correction = _lock_for_decision(actor, reference)
    changes: dict[str, Change] = {"state": (State.PROPOSED, State.ACCEPTED if correction.is_accepted else State.REFUSED)}
    if correction.is_accepted:
        correctable = correctable_of(correction.target)
        if correctable is None:
            raise Conflict(_("This can no longer be put right here."), code="not_correctable")
        changes[correction.target.rpartition(".")[2]] = correctable.apply(
            key=correction.target_key, value=correction.proposed, actor=actor, now=now
        )
    correction.state = State.ACCEPTED if correction.is_accepted else State.REFUSED
    correction.decided_at, correction.decided_by, correction.ended_at = now, actor.label, now
    correction.save()
    _record(actor, "correction.decide", DECIDE, correction, now, changes)
    return correction


@transaction.atomic
def return_proposal(*, actor: Actor, reference: str, because: str, now: datetime) -> Correction:
    """Hand a proposal back to the reviewers with the reason; the term goes on."""
    correction = _lock_for_decision(actor, reference)
    correction.returned_because = written(because, field="because")
    correction.state, correction.is_accepted = State.ASKED, None
    correction.reviewed_at, correction.reviewed_by, correction.proposed, correction.answer = None, "", "", ""
    correction.save()
    _record(actor, "correction.return", DECIDE, correction, now, {"state": (State.PROPOSED, State.ASKED)})
    return correction


def _lock_for_decision(actor: Actor, reference: str) -> Correction:
    correction = _lock(reference)
    check_may(actor, DECIDE, correction)
    if correction.state != State.PROPOSED:
        raise Conflict(_("This request is not waiting for a decision."), code="correction_not_proposed")
    if correction.reviewed_by == actor.label:
        raise RuleViolated(_("You examined this request. Another officer decides."), code="two_officers")
    return correction


def _lock(reference: str) -> Correction:
    found = Correction.objects.select_for_update(of=("self",)).select_related("addressed_to").filter(reference=reference).first()
    if found is None:
        raise NotFound
    return found


def _record(actor: Actor, action: str, capability: str, correction: Correction, now: datetime, changes: dict[str, Change]) -> None:
    record_action(actor=actor, action=action, capability=capability, subject=correction, now=now, changes=changes)
