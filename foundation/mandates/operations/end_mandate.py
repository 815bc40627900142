"""Put an end to a mandate: by either of the two it is between, or by an officer at the counter. It holds at the next request."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.models import Person
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.errors import Conflict, Hidden, NotAllowed, RuleViolated
from foundation.mandates.models import Agency, Delegation, EndReason, Guardianship
from foundation.mandates.models.period import END_FIELDS, OFFICERS_REASONS
from foundation.mandates.names import is_same_name
from foundation.mandates.operations.offer_delegation import own_person
from foundation.mandates.permissions import REGISTER, check_may_handle
from foundation.mandates.queries import Row

_MODELS: dict[str, type[Guardianship] | type[Agency] | type[Delegation]] = {"MG": Guardianship, "MA": Agency, "MD": Delegation}


@transaction.atomic
def end_delegation(*, actor: Actor, reference: str, now: datetime) -> Delegation:
    """End a delegation as the one who gave it, waiting or accepted, or give it up as the one who accepted it.

    Raises ``Hidden`` for anybody else, ``Conflict`` for one that is over.
    """
    if actor.on_behalf_of is not None:
        raise NotAllowed
    person = own_person(actor)
    row = _lock(reference)
    if not isinstance(row, Delegation):
        raise Hidden
    reason = _own_reason(row, person)
    _end(row, actor=actor, right=OWN, reason=reason, now=now)
    return row


@transaction.atomic
def end_mandate(*, actor: Actor, reference: str, reason: str, now: datetime) -> Row:
    """End any mandate as an officer, for one of the reasons that officers may give; any counter of its bureau can.

    Raises ``Hidden``, ``RuleViolated(field="reason")``, or ``Conflict`` for one that is over.
    """
    if actor.kind != ActorKind.OFFICER:
        raise NotAllowed
    row = _lock(reference)
    check_may_handle(actor, row.bureau_code)
    if reason not in OFFICERS_REASONS:
        raise RuleViolated(_("Choose why it ends."), code="reason_missing", field="reason")
    _end(row, actor=actor, right=REGISTER, reason=EndReason(reason), now=now)
    return row


def _lock(reference: str) -> Row:
    model = _MODELS.get(reference[:2])
    if model is None:
        raise Hidden
    row = model._default_manager.select_for_update(of=("self",)).filter(reference=reference).first()
    if row is None:
        raise Hidden
    return row


def _own_reason(row: Delegation, person: Person) -> EndReason:
    if row.principal_id == person.pk:
        return EndReason.WITHDRAWN if row.accepted_at is None else EndReason.PRINCIPAL
    is_agent = row.agent_id == person.pk
    is_asked = row.agent_id_number_index == person.id_number_index and is_same_name(row.agent_name, person.name)
    if not is_agent and not is_asked:
        raise Hidden
    return EndReason.AGENT if is_agent else EndReason.DECLINED


def _end(row: Row, *, actor: Actor, right: str, reason: EndReason, now: datetime) -> None:
    if row.is_over(now):
        raise Conflict(_("This has ended already."), code="already_ended")
    row.end(by=actor.label, reason=reason, now=now)
    row.save(update_fields=END_FIELDS)
    record_action(actor=actor, action="mandate.end", capability=right, subject=row, now=now, changes={"reason": (None, reason)})
