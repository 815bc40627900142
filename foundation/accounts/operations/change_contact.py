"""Give an officer another phone number."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import OfficerContact, User
from foundation.accounts.operations.locking import lock_officer
from foundation.accounts.rights import DISABLE, check_may_change
from foundation.accounts.subjects import AccountSubject
from foundation.audit.log import record_action
from foundation.encryption.masking import mask_number
from foundation.errors import Conflict
from foundation.identifiers import normalise_phone


@transaction.atomic
def change_contact(*, actor: Actor, officer: str, phone: str, now: datetime) -> OfficerContact:
    """Write down the officer's number; the log keeps both masked. Raises ``RuleViolated`` or ``Conflict`` naming ``phone``."""
    user = lock_officer(actor, officer)
    check_may_change(actor, DISABLE, user)
    known = OfficerContact.objects.filter(user=user).first()
    before = mask_number(known.phone) if known else None
    contact = write_phone(user, phone)
    changes = {"phone": (before, mask_number(contact.phone))}
    record_action(
        actor=actor, action="account.change_contact", capability=DISABLE, subject=AccountSubject.of(user), now=now, changes=changes
    )
    return contact


def write_phone(user: User, phone: str) -> OfficerContact:
    """Keep the number for this officer; raise ``Conflict`` if another who serves has it. The caller writes the audit row."""
    contact = OfficerContact.objects.select_for_update(of=("self",)).filter(user=user).first() or OfficerContact(user=user)
    contact.phone, contact.is_active = normalise_phone(phone, field="phone"), user.is_active
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        message = _("Another officer has this phone number. A message about one of them must not reach the other.")
        raise Conflict(message, code="phone_taken", field="phone") from error
    return contact
