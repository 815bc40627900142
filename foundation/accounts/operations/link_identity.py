"""Add a way to sign in to one's account, or take one away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Identity, Person, User
from foundation.accounts.notices import tell
from foundation.accounts.operations.sign_in_by_identity import link, names_another
from foundation.accounts.own_record import record_own
from foundation.errors import Conflict, Hidden
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.errors import IdentityRefused


@transaction.atomic
def link_identity(*, user: User, assertion: Assertion, language: str, now: datetime) -> Identity:
    """Let a further account sign the person in, and tell them by text. The caller has asked them just now to prove who they are.

    Raises :class:`IdentityRefused` for an account of somebody else, ``Conflict`` for one that signs this person in already.
    """
    person = locked_person(user)
    if names_another(person, assertion):
        raise IdentityRefused("another_person")
    identity = link(person=person, assertion=assertion, now=now)
    if identity.person_id != person.pk:
        raise IdentityRefused("linked_elsewhere")
    if identity.linked_at != now:
        raise Conflict(_("This account signs you in already."), code="linked_already")
    record_own(user=user, action="identity.linked", now=now, changes={"provider": (None, assertion.provider)})
    tell("sign-in-linked", person=person, language=language, now=now)
    return identity


@transaction.atomic
def unlink_identity(*, user: User, identity: UUID, language: str, now: datetime) -> None:
    """Take away one way to sign in, never the last; the person is told by text. Raises ``Hidden`` or ``Conflict``."""
    person = locked_person(user)
    found = Identity.objects.filter(pk=identity, person=person).first()
    if found is None:
        raise Hidden
    others = Identity.objects.filter(person=person).exclude(pk=found.pk).exists()
    if not others and not person.phone_signs_in(now=now):
        raise Conflict(_("This is your only way to sign in. Add another one before you remove it."), code="last_way_in")
    provider = found.provider
    found.delete()
    record_own(user=user, action="identity.unlinked", now=now, changes={"provider": (provider, None)})
    tell("sign-in-unlinked", person=person, language=language, now=now)


def locked_person(user: User) -> Person:
    """Return the person behind an account, locked, so that two changes of the ways in cannot pass each other."""
    return Person.objects.select_for_update(of=("self",)).get(user=user)
