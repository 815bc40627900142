"""Set or remove the phone number of a person who stands at the counter with their identity document."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import OfficerContact, Person, PhoneChange, SignIn, User
from foundation.accounts.notices import tell
from foundation.accounts.operations.change_phone import free_number, remove_phone, set_phone, stop_waiting
from foundation.accounts.operations.end_sign_ins import close_sign_ins
from foundation.accounts.operations.find_person import person_at_the_counter
from foundation.accounts.operations.grant_role import checked_reason
from foundation.accounts.operations.link_identity import locked_person
from foundation.accounts.rights import CONTACT
from foundation.audit.masked import Plain
from foundation.errors import Conflict, RuleViolated
from foundation.identifiers import normalise_phone


def check_number_for_counter(*, actor: Actor, person: str, phone: str) -> str:
    """Return a number in canonical form to which a code may go, for the person with this reference; nothing is changed.

    Raises ``RuleViolated`` for what is no number, ``Conflict`` for an officer's or the one that signs the person in already. Whether it
    signs somebody else in is told only once its holder has read the code out: until then the counter would tell whose number it is.
    """
    user = person_at_the_counter(actor, person)
    number = normalise_phone(phone, field="phone")
    _check_no_officers(number)
    if user.person is not None and user.person.phone == number and user.person.phone_verified_at is not None:
        raise Conflict(_("This number signs the person in already."), code="number_same", field="phone")
    return number


@transaction.atomic
def set_phone_at_counter(*, actor: Actor, person: str, proved: str, document_seen: bool, reason: str, language: str, now: datetime) -> None:
    """Let a number sign the person in at once, ``proved`` by a code that its holder has just read out; both numbers are told.

    Whoever comes because the old phone is lost does not wait a day, as changes from home do. All sessions of the person end. Raises
    ``Hidden``, ``RuleViolated`` without document or reason, ``Conflict`` for an officer's number or one that signs somebody else in.
    """
    user, owner = _open(actor, person)
    because = _checked(document_seen=document_seen, reason=reason)
    _check_no_officers(proved)
    free_number(proved, for_person=owner, now=now)
    before = _told_before(owner, number=proved, language=language, now=now)
    set_phone(owner, proved, user=user, now=now, actor=actor, right=CONTACT, because=because)
    tell("phone-set", person=owner, language=language, now=now)
    if before is not None:
        tell("phone-changed", person=owner, language=language, now=now, change=before)
    close_sign_ins(SignIn.objects.filter(user=user), end=SignIn.End.COUNTER, now=now)


@transaction.atomic
def remove_phone_at_counter(*, actor: Actor, person: str, document_seen: bool, reason: str, language: str, now: datetime) -> None:
    """Forget the person's number; it signs nobody in from now on, is told so, and all sessions of the person end.

    Raises as :func:`set_phone_at_counter`, ``Conflict`` where there is no number.
    """
    user, owner = _open(actor, person)
    because = _checked(document_seen=document_seen, reason=reason)
    if not owner.phone:
        raise Conflict(_("No number of this person is on record."), code="no_phone")
    before = _told_before(owner, number="", language=language, now=now)
    remove_phone(owner, user=user, now=now, actor=actor, right=CONTACT, because=because)
    if before is not None:
        tell("phone-removed", person=owner, language=language, now=now, change=before)
    close_sign_ins(SignIn.objects.filter(user=user), end=SignIn.End.COUNTER, now=now)


def _open(actor: Actor, reference: str) -> tuple[User, Person]:
    user = person_at_the_counter(actor, reference)
    return user, locked_person(user)


def _checked(*, document_seen: bool, reason: str) -> Plain:
    if not document_seen:
        message = _("Without seeing the person's identity document nobody changes how they are reached.")
        raise RuleViolated(message, code="document_not_seen", field="document_seen")
    return Plain(checked_reason(reason))


def _check_no_officers(number: str) -> None:
    """Keep an officer from putting an own number, or a colleague's, in the place of a person's."""
    if OfficerContact.objects.filter(phone_index__of=number, is_active=True).exists():  # type: ignore[misc]  # our own lookup
        message = _(
            "This is an officer's number. A person's texts must not reach an officer; whose own it is sets it in “Sign-in and contacts”."
        )
        raise Conflict(message, code="officers_phone", field="phone")


def _told_before(owner: Person, *, number: str, language: str, now: datetime) -> PhoneChange | None:
    """Write down what is replaced, so that the old number can be told; return nothing if that one opened no door."""
    stop_waiting(owner, because=PhoneChange.Stopped.BY_COUNTER, now=now)
    if not owner.phone_signs_in(now=now) or owner.phone == number:
        return None
    known = {"number": number, "old_number": owner.phone, "language": language}
    return PhoneChange.objects.create(person=owner, requested_at=now, takes_effect_at=now, applied_at=now, **known)
