"""Give the hall a mail address, once it is proved, and take it back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.subjects import AccountSubject
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.errors import Conflict, RuleViolated
from foundation.notifications.masking import mask_mail
from foundation.notifications.models import Contact
from foundation.notifications.owners import user_of

LONGEST: Final = 254


def read_address(text: str) -> str:
    """Return one way of writing a mail address, its domain in small letters; raise ``RuleViolated`` for what is none."""
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    if not address.isascii() or not 0 < len(address) <= LONGEST:
        raise RuleViolated(_("Enter a mail address like name@example.com."), code="mail_invalid", field="address")
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


@transaction.atomic
def set_address(*, actor: Actor, proved: str, now: datetime) -> Contact:
    """Keep the address that a code proved, in the place of the one before."""
    user = user_of(actor)
    before = Contact.objects.select_for_update(of=("self",)).filter(person=user.person, channel=Contact.Channel.EMAIL).first()
    contact = before or Contact(person=user.person, channel=Contact.Channel.EMAIL)
    was = mask_mail(contact.address) if before else None
    contact.address, contact.added_at, contact.verified_at = read_address(proved), now, now
    contact.save()
    changes = {"mail": (was, mask_mail(contact.address))}
    record_action(actor=actor, action="mail.set", capability=OWN, subject=AccountSubject.of(user), now=now, changes=changes)
    return contact


@transaction.atomic
def remove_address(*, actor: Actor, now: datetime) -> None:
    """Forget the address; raise ``Conflict`` if there is none."""
    user = user_of(actor)
    contact = Contact.objects.select_for_update(of=("self",)).filter(person=user.person, channel=Contact.Channel.EMAIL).first()
    if contact is None:
        raise Conflict(_("There is no mail address."), code="no_address")
    changes = {"mail": (mask_mail(contact.address), None)}
    contact.delete()
    record_action(actor=actor, action="mail.removed", capability=OWN, subject=AccountSubject.of(user), now=now, changes=changes)
