"""Sign a resident in by a phone number that a code has just proved."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foundation.accounts.models import Person, User
from foundation.accounts.operations.change_phone import apply_due_changes
from foundation.accounts.operations.sign_in_by_identity import account_of
from foundation.accounts.own_record import BY_PHONE, record_own
from foundation.identity_providers.assurance import Assurance
from foundation.identity_providers.errors import IdentityRefused
from foundation.one_time_codes.operations.redeem_code import CodeRefused

# What a code proves: who holds the phone, which family members share and operators hand on.
ASSURANCE_BY_PHONE = Assurance.LOW


def sign_in_by_phone(*, number: str, now: datetime) -> User:
    """Return the account of whose number it is; raise :class:`CodeRefused` if it is nobody's by now.

    ``number`` is what :func:`redeem_code` returned. A number is one person's at a time: docs/decisions/0017-sign-in-of-residents.md.
    """
    apply_due_changes(now=now)
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).signed_in_by_phone(number, now=now).first()
        if person is None:
            raise CodeRefused
        user = account_of(person)
        if not user.is_active:
            raise IdentityRefused("account_closed")
        person.phone_used_at = now
        person.save(update_fields=["phone_used_at"])
        record_own(
            user=user,
            action="identity.sign_in",
            now=now,
            changes={"provider": (None, BY_PHONE), "assurance": (None, str(ASSURANCE_BY_PHONE))},
        )
    return user


def receives_code(number: str, now: datetime) -> bool:
    """Whether a text with a code for signing in goes to a number. A change whose day is over is carried out first."""
    apply_due_changes(now=now)
    return Person.objects.signed_in_by_phone(number, now=now).exists()


def confirm_by_phone(*, user: User, number: str, now: datetime) -> None:
    """Take a code as proof that the signed-in person is still there: only one to the number that signs them in."""
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).signed_in_by_phone(number, now=now).filter(user=user).first()
        if person is None:
            raise CodeRefused
        person.phone_used_at = now
        person.save(update_fields=["phone_used_at"])
        record_own(user=user, action="identity.confirm", now=now, changes={"provider": (None, BY_PHONE)})
