"""Take the row of an account before reading what is decided from it."""

from __future__ import annotations

from foundation.accounts.actors import Actor
from foundation.accounts.models import User
from foundation.accounts.rights import READ, check_may_read
from foundation.errors import Hidden


def lock_officer(actor: Actor, reference: str) -> User:
    """Return the officer's row, locked until the transaction ends; raise ``Hidden`` for one that the actor may not know of."""
    query = User.objects.select_for_update(of=("self",)).select_related("unit")
    officer = query.filter(reference=reference, kind=User.Kind.OFFICER).first()
    if officer is None:
        raise Hidden(capability=READ)
    check_may_read(actor, officer)
    return officer
