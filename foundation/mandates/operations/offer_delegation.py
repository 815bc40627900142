"""Ask somebody to act for oneself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.capacity import Capacity, capacity_of
from foundation.accounts.models import Person
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.errors import Conflict, NotAllowed, RuleViolated
from foundation.limits.limiter import take
from foundation.limits.rules import MANDATE_OFFER
from foundation.mandates.matters import check_own_matter
from foundation.mandates.models import Delegation
from foundation.mandates.operations.enter_person import Named, read_named
from foundation.mandates.operations.written import read_scopes
from foundation.mandates.terms import MOST_DELEGATIONS, OFFER_STANDS_FOR, read_last_day


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one person asks of another: ``until_on`` is the last day, ``matter`` one matter (``case:C-…``) or empty for all."""

    agent: Named
    scopes: Iterable[str]
    until_on: date | None
    matter: str = ""


def offer_delegation(*, actor: Actor, offer: Offer, now: datetime) -> Delegation:
    """Let the offer wait until the person it is made out to signs in, thirty days at most.

    The answer is the same whether or not the hall knows that person. Must not be called inside a transaction: the limit has to
    outlive it. Raises ``NotAllowed``, ``TooManyRequests``, ``RuleViolated`` naming the field, or ``Conflict``.
    """
    if actor.kind != ActorKind.RESIDENT or actor.on_behalf_of is not None:
        # What is held for another cannot be passed on (Civil Code art. 169 asks the principal, who can do it without us).
        raise NotAllowed
    take(MANDATE_OFFER, target=actor.reference, now=now)
    return _make(actor=actor, offer=offer, now=now)


@transaction.atomic
def _make(*, actor: Actor, offer: Offer, now: datetime) -> Delegation:
    principal = own_person(actor)
    name, number = read_named(offer.agent, now=now)
    _check(principal, name=name, number=number, now=now)
    until, scopes = read_last_day(offer.until_on, now=now, field="until_on"), read_scopes(offer.scopes)
    check_own_matter(actor, offer.matter, now=now)
    if Delegation.objects.not_over(now).filter(principal=principal).count() >= MOST_DELEGATIONS:
        message = _("Ten people act for you or were asked to. End one of these delegations first.")
        raise RuleViolated(message, code="too_many_delegations")
    made = Delegation(
        principal=principal,
        agent_name=name,
        agent_id_number=number,
        scopes=scopes,
        matter=offer.matter,
        from_at=now,
        until_at=until,
        over_at=min(until, now + OFFER_STANDS_FOR),
        recorded_at=now,
        recorded_by=actor.label,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("You have asked this person already."), code="already_offered", field="agent_id_number") from error
    changes = {"scopes": (None, scopes), "until": (None, until)}
    record_action(actor=actor, action="mandate.offer", capability=OWN, subject=made, now=now, changes=changes)
    return made


def _check(principal: Person, *, name: str, number: str, now: datetime) -> None:
    """Refuse what can be known from the numbers alone, so that no answer tells whether the hall knows the other person."""
    if capacity_of(principal.id_number, now=now) is not Capacity.FULL:
        message = _("You are under 18: your parents or guardians act for you, and you cannot ask others to.")
        raise RuleViolated(message, code="principal_under_age")
    if number == principal.id_number:
        raise RuleViolated(_("You cannot ask yourself to act for you."), code="same_person", field="agent_id_number")
    if capacity_of(number, now=now) is not Capacity.FULL:
        raise RuleViolated(_("This person is under 18 and cannot act for somebody else."), code="under_age", field="agent_id_number")


def own_person(actor: Actor) -> Person:
    """Return the person that a resident is, locked: what one person gives and takes is done one after the other."""
    person = Person.objects.select_for_update(of=("self",)).filter(user__pk=actor.user_id or 0).first()
    if actor.kind != ActorKind.RESIDENT or person is None:
        raise NotAllowed
    return person
