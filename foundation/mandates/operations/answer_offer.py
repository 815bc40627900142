"""Accept what somebody asked one to do for them, or decline it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.capacity import Capacity, capacity_of
from foundation.accounts.models import Person
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.errors import Conflict, Hidden, NotAllowed, RuleViolated
from foundation.mandates.models import Delegation, EndReason
from foundation.mandates.models.period import END_FIELDS
from foundation.mandates.names import is_same_name
from foundation.mandates.operations.offer_delegation import own_person
from foundation.mandates.terms import MOST_DELEGATIONS


@transaction.atomic
def accept_offer(*, actor: Actor, reference: str, now: datetime) -> Delegation:
    """Act for the other from now on. Raises ``Hidden`` for an offer to somebody else, ``Conflict`` for one that no longer stands."""
    if actor.on_behalf_of is not None:
        raise NotAllowed
    person = own_person(actor)
    offer = _waiting(person, reference, now=now)
    if capacity_of(person.id_number, now=now) is not Capacity.FULL:
        raise RuleViolated(_("You are under 18 and cannot act for somebody else."), code="under_age")
    if Delegation.objects.in_force(now).filter(agent=person).count() >= MOST_DELEGATIONS:
        raise RuleViolated(_("You act for ten people already. Give one of them up first."), code="too_many_delegations")
    offer.agent, offer.accepted_at, offer.over_at = person, now, offer.until_at
    offer.save(update_fields=["agent", "accepted_at", "over_at"])
    record_action(actor=actor, action="mandate.accept", capability=OWN, subject=offer, now=now, changes={"state": ("waiting", "live")})
    return offer


@transaction.atomic
def decline_offer(*, actor: Actor, reference: str, now: datetime) -> Delegation:
    """Not act for the other. Raises like :func:`accept_offer`."""
    offer = _waiting(own_person(actor), reference, now=now)
    offer.end(by=actor.label, reason=EndReason.DECLINED, now=now)
    offer.save(update_fields=END_FIELDS)
    record_action(actor=actor, action="mandate.decline", capability=OWN, subject=offer, now=now, changes={"state": ("waiting", "declined")})
    return offer


def _waiting(person: Person, reference: str, *, now: datetime) -> Delegation:
    """Return an offer to this person, locked; what it is by now is read after the lock."""
    found = Delegation.objects.select_for_update(of=("self",)).select_related("principal")
    offer = found.filter(reference=reference, agent_id_number_index=person.id_number_index or b"").first()
    if offer is None or not is_same_name(offer.agent_name, person.name):
        raise Hidden
    if offer.accepted_at is not None or offer.ended_at is not None:
        raise Conflict(_("This offer was answered or withdrawn in the meantime."), code="offer_answered")
    if offer.is_over(now):
        raise Conflict(_("This offer has run out. Ask the other person for a new one."), code="offer_expired")
    return offer
