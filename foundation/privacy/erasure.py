"""Deleting an account with all that goes with it."""

from __future__ import annotations

from datetime import datetime

from foundation.accounts.models import Person, User
from foundation.privacy.holders import Holder
from foundation.privacy.models import Correction
from foundation.privacy.registry import Model, entries, model_of
from foundation.privacy.retention import referring_first

_GOES_WITH = frozenset({"accounts.Person", "accounts.User"})


def goes_with_account() -> list[Model]:
    """Return the tables whose rows go with a person's account, those that refer to others first; the account itself is not among them."""
    tables = [model_of(label) for label, entry in entries().items() if any(keep.with_ in _GOES_WITH for keep in entry.keeps)]
    return [model for model in referring_first(tables) if model not in (Person, User)]


def erase(holder: Holder, *, now: datetime) -> None:
    """Delete a resident's account and person, and what goes with them. Call it inside a transaction.

    What stays by its own rule names them by the account's number alone, which from now on leads to nobody.
    """
    Correction.objects.filter(account=holder.account, ended_at__isnull=True).update(state=Correction.State.WITHDRAWN, ended_at=now)
    for model in goes_with_account():
        lookup = holder.lookup(entries()[model._meta.label])
        if lookup is not None:
            model._base_manager.filter(lookup).delete()
    User.objects.filter(pk=holder.user).delete()
    Person.objects.filter(pk=holder.person).delete()
