"""Change the phone number that signs a person in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Person, PhoneChange, User
from foundation.accounts.models.person import PHONE_RESTS_AFTER
from foundation.accounts.notices import tell
from foundation.accounts.operations.link_identity import locked_person
from foundation.accounts.own_record import record_own
from foundation.audit.log import Change
from foundation.audit.rights import HALL, OWN
from foundation.encryption.masking import mask_number
from foundation.errors import Conflict, NotFound

# Long enough for whoever holds the old number to read the text and object (ASVS 5.0: 6.3.7).
WAIT: Final = timedelta(hours=24)
FORGOTTEN_AFTER: Final = timedelta(days=30)


class NumberTaken(Conflict):
    """The number signs somebody else in. Told only to whoever has proved that they hold it."""

    code = "number_taken"
    message = _("This number signs somebody else in. They can give it up under “Sign-in and contacts”, or you ask at a counter.")

    def __init__(self) -> None:
        super().__init__(field="number")


@transaction.atomic
def change_phone(*, user: User, number: str, language: str, now: datetime) -> PhoneChange | None:
    """Let a number that a code has just proved sign the person in.

    With no number before, at once: returns nothing. Otherwise the change waits for :data:`WAIT`, is told to the old number, and is
    returned. Raises ``Conflict`` for the number that is in use already, :class:`NumberTaken` for somebody else's.
    """
    person = locked_person(user)
    if person.phone == number and person.phone_signs_in(now=now):
        raise Conflict(_("This number signs you in already."), code="number_same", field="number")
    free_number(number, for_person=person, now=now)
    stop_waiting(person, because=PhoneChange.Stopped.BY_NEWER, now=now)
    if person.phone_verified_at is None or person.phone == number:
        set_phone(person, number, user=user, now=now)
        return None
    change = PhoneChange.objects.create(
        person=person, number=number, old_number=person.phone, language=language, requested_at=now, takes_effect_at=now + WAIT
    )
    record_own(user=user, action="phone.change_asked", now=now, changes={"phone": (mask_number(person.phone), mask_number(number))})
    if person.phone_signs_in(now=now):
        tell("phone-change-waits", person=person, language=language, now=now, change=change)
    return change


@transaction.atomic
def confirm_change(*, user: User, proved: str, now: datetime) -> None:
    """Carry a waiting change out at once, for whoever has proved by a code that they hold the old number too."""
    person = locked_person(user)
    change = _waiting(person)
    if proved != person.phone:
        raise NotFound
    _apply(change, person=person, user=user, now=now)


@transaction.atomic
def stop_change(*, user: User, now: datetime) -> None:
    """Stop a waiting change; whoever signs in with the old number can. Raises ``NotFound`` if none waits."""
    person = locked_person(user)
    change = _waiting(person)
    stop_waiting(person, because=PhoneChange.Stopped.BY_PERSON, now=now)
    record_own(user=user, action="phone.change_stopped", now=now, changes={"phone": (mask_number(change.number), None)})


def apply_due_changes(*, now: datetime) -> int:
    """Carry out every change whose day is over; return how many. Asked for before a number is looked at, so that no job decides when."""
    due = PhoneChange.objects.due(now).order_by("takes_effect_at").values_list("pk", flat=True)
    return sum(_apply_due(pk, now=now) for pk in due)


def set_phone(
    person: Person, number: str, *, user: User, now: datetime, actor: Actor | None = None, right: str = OWN, because: str = ""
) -> None:
    """Write the number that signs a person in from now on. Call it in a transaction that holds the person.

    ``actor`` does it ``because`` of something, by another ``right`` than the person's own.
    """
    before = person.phone
    person.phone, person.phone_verified_at, person.phone_used_at = number, now, now
    try:
        with transaction.atomic():
            person.save(update_fields=["phone", "phone_index", "phone_verified_at", "phone_used_at"])
    except IntegrityError as error:
        raise NumberTaken from error
    changes = {"phone": (_masked(before), mask_number(number)), **_reason(because)}
    record_own(user=user, action="phone.changed", now=now, changes=changes, actor=actor, right=right)


def remove_phone(person: Person, *, user: User, now: datetime, actor: Actor, right: str, because: str) -> None:
    """Leave a person without a number. Call it in a transaction that holds the person."""
    before = person.phone
    person.phone, person.phone_verified_at, person.phone_used_at = "", None, None
    person.save(update_fields=["phone", "phone_index", "phone_verified_at", "phone_used_at"])
    changes = {"phone": (_masked(before), None), **_reason(because)}
    record_own(user=user, action="phone.removed", now=now, changes=changes, actor=actor, right=right)


def free_number(number: str, *, for_person: Person, now: datetime) -> None:
    """Take a number from somebody who has not used it for so long that it is another's by now; raise :class:`NumberTaken` if not."""
    holders = Person.objects.select_for_update(of=("self",)).with_proved_phone(number)
    found = holders.exclude(pk=for_person.pk).first()
    if found is None:
        return
    if found.phone_signs_in(now=now):
        raise NumberTaken
    found.phone_verified_at = found.phone_used_at = None
    found.save(update_fields=["phone_verified_at", "phone_used_at"])
    if user := User.objects.filter(person=found).first():
        record_own(user=user, action="phone.rested", now=now, changes={"unused_for_days": (None, PHONE_RESTS_AFTER.days)}, right=HALL)


def _waiting(person: Person) -> PhoneChange:
    found = PhoneChange.objects.select_for_update(of=("self",)).waiting().filter(person=person).first()
    if found is None:
        raise NotFound(_("No change of your number waits."), code="no_change_waits")
    return found


def _masked(number: str) -> str | None:
    return mask_number(number) if number else None


def _reason(because: str) -> dict[str, Change]:
    return {"reason": (None, because)} if because else {}


def stop_waiting(person: Person, *, because: PhoneChange.Stopped, now: datetime) -> None:
    """Stop the change of a person's number that waits, if one does. The operation that calls it writes the audit row."""
    PhoneChange.objects.waiting().filter(person=person).update(stopped_at=now, stopped_because=because)


def _apply(change: PhoneChange, *, person: Person, user: User, now: datetime) -> None:
    free_number(change.number, for_person=person, now=now)
    had_signed_in = person.phone_signs_in(now=now)
    set_phone(person, change.number, user=user, now=now)
    change.applied_at = now
    change.save(update_fields=["applied_at"])
    if had_signed_in:
        tell("phone-changed", person=person, language=change.language, now=now, change=change)


def _apply_due(pk: UUID, *, now: datetime) -> bool:
    with transaction.atomic():
        change = PhoneChange.objects.due(now).filter(pk=pk).first()
        if change is None:
            return False
        user = User.objects.select_related("person").get(person_id=change.person_id)
        # In the order of every other change: the person first, then the change.
        person = locked_person(user)
        if not PhoneChange.objects.select_for_update(of=("self",)).due(now).filter(pk=pk).exists():
            return False
        try:
            with transaction.atomic():
                _apply(change, person=person, user=user, now=now)
        except NumberTaken:
            stop_waiting(person, because=PhoneChange.Stopped.NUMBER_TAKEN, now=now)
            return False
    return True


def forget_old_changes(*, now: datetime) -> int:
    """Delete changes that were over thirty days ago; return how many. What was done stays in the audit log, masked."""
    over = Q(applied_at__lte=now - FORGOTTEN_AFTER) | Q(stopped_at__lte=now - FORGOTTEN_AFTER)
    return PhoneChange.objects.filter(over).delete()[0]
