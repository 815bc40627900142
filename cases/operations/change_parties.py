"""Enter or remove a party of a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from cases.operations.locking import check_live, lock_case
from cases.operations.register_report import NewParty, enter_party, set_telling
from cases.permissions import PARTIES, check_may
from cases.telling import route_for, route_of_party
from foundation.accounts.actors import Actor
from foundation.audit.log import record_action
from foundation.errors import Conflict, NotFound
from foundation.notifications.operations.hide_notices import hide_notices


@transaction.atomic
def add_party(*, actor: Actor, reference: str, party: NewParty, now: datetime) -> Party:
    """Let one more person follow a case."""
    case = lock_case(reference)
    check_may(actor, PARTIES, case)
    check_live(case)
    try:
        with transaction.atomic():
            entered = enter_party(case=case, party=party, actor=actor, now=now)
    except IntegrityError as error:
        raise Conflict(_("This person already has that part in the case."), code="party_exists", field="id_number") from error
    record_action(actor=actor, action="case.add_party", capability=PARTIES, subject=case, now=now, changes={"party": (None, party.role)})
    return entered


@transaction.atomic
def change_telling(*, actor: Actor, reference: str, party_id: UUID, telling: str, safe_phone: str, now: datetime) -> Party:
    """Say how a party may be told of news: it holds at once, also for what waits to be sent.

    Where they are told in person only, what they were told before is hidden from their devices. Raises ``NotFound``, or
    ``RuleViolated`` naming the field.
    """
    case = lock_case(reference)
    check_may(actor, PARTIES, case)
    party = case.parties.select_for_update(of=("self",)).filter(pk=party_id, removed_at__isnull=True).first()
    if party is None:
        raise NotFound
    before = party.telling
    set_telling(party, telling=telling, safe_phone=safe_phone)
    party.save(update_fields=["telling", "safe_phone"])
    hide_notices(route=route_of_party(party), is_hidden=route_for(party, case).channels == ())
    record_action(
        actor=actor, action="case.change_telling", capability=PARTIES, subject=case, now=now, changes={"telling": (before, telling)}
    )
    return party


@transaction.atomic
def remove_party(*, actor: Actor, reference: str, party_id: UUID, now: datetime) -> Party:
    """Stop a person from following a case, from the next request on. The row stays, with who removed it."""
    case = lock_case(reference)
    check_may(actor, PARTIES, case)
    party = case.parties.filter(pk=party_id, removed_at__isnull=True).first()
    if party is None:
        raise NotFound
    party.removed_at, party.removed_by = now, actor.label
    party.save(update_fields=["removed_at", "removed_by"])
    record_action(actor=actor, action="case.remove_party", capability=PARTIES, subject=case, now=now, changes={"party": (party.role, None)})
    return party
