"""Find somebody whose identity card lies on the counter, and look at how the hall reaches them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.models import Person, User
from foundation.accounts.operations.sign_in_by_identity import account_of
from foundation.accounts.rights import CONTACT
from foundation.accounts.subjects import AccountSubject
from foundation.audit.log import record_action, record_look
from foundation.audit.models import AccessEntry
from foundation.clock import city_date
from foundation.errors import Hidden, NotAllowed
from foundation.identifiers import read_resident_id


@dataclass(frozen=True, kw_only=True)
class _Nobody:
    """What an audit row is about when a number was looked for that the hall does not know."""

    reference: str = "nobody"
    bureau_code: str = ""
    kind_of_matter: ClassVar[str] = "user"


@transaction.atomic
def find_person(*, actor: Actor, id_number: str, now: datetime) -> User | None:
    """Return the account of the person with exactly this ID number, or nothing; the log keeps both, with the number masked.

    Whoever the hall knows without their ever having signed in, a ward for example, has an account from now on: all that is done to them
    is written under its reference. Raises ``NotAllowed``, or ``RuleViolated(field="id_number")`` for a number with a slip.
    """
    check_may_look_for(actor)
    number = read_resident_id(id_number, today=city_date(now), field="id_number").number
    person = Person.objects.known_by(number).first()
    user = account_of(person) if person else None
    subject = AccountSubject.of(user) if user else _Nobody()
    changes = {"id_number": (None, number), "is_known": (None, user is not None)}
    record_action(actor=actor, action="person.find", capability=CONTACT, subject=subject, now=now, changes=changes)
    return user


@transaction.atomic
def look_at_person(*, actor: Actor, reference: str, now: datetime) -> User:
    """Return the account for a page about it; the look is written down, and more than thirty people an hour raise an alarm."""
    user = person_at_the_counter(actor, reference)
    record_look(viewer=actor, subject=AccountSubject.of(user), reason=AccessEntry.Reason.ENQUIRY, now=now)
    return user


def check_may_look_for(actor: Actor) -> None:
    """Let pass an officer who may change how people are reached, or raise ``NotAllowed``. A person belongs to no unit."""
    if actor.kind != ActorKind.OFFICER or not actor.paths_for(CONTACT):
        raise NotAllowed(capability=CONTACT)


def person_at_the_counter(actor: Actor, reference: str) -> User:
    """Return a resident's account by its public reference to who may change how people are reached; raise ``Hidden``."""
    residents = User.objects.select_related("person").filter(kind=User.Kind.RESIDENT, person__isnull=False)
    user = residents.filter(reference=reference).first() if actor.paths_for(CONTACT) and actor.kind == ActorKind.OFFICER else None
    if user is None:
        raise Hidden(capability=CONTACT)
    return user
