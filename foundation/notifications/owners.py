"""Whose messages and wishes an actor may see and change: their own."""

from __future__ import annotations

from foundation.accounts.actors import Actor
from foundation.accounts.models import Person, User
from foundation.errors import Hidden


def user_of(actor: Actor) -> User:
    """Return the account of a resident; raise ``Hidden`` for whoever is none."""
    user = User.objects.select_related("person", "unit").filter(pk=actor.user_id or 0, person__isnull=False).first()
    if user is None:
        raise Hidden
    return user


def person_of(actor: Actor) -> Person:
    """Return the person that a resident is; raise ``Hidden`` for whoever is none."""
    person = user_of(actor).person
    if person is None:
        raise Hidden
    return person
