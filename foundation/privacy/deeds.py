"""What the rules of the foundation's own tables do beside deleting and emptying."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import prefetch_related_objects

from foundation.accounts.actors import command_actor
from foundation.audit.log import record_action
from foundation.audit.rights import HALL
from foundation.privacy.erasure import erase
from foundation.privacy.holders import holder_of, holder_of_account
from foundation.privacy.models import AccountClosing
from foundation.privacy.retention import Rows, register_deed

PURGE = command_actor("purge")


def register() -> None:
    """Tell the rules."""
    register_deed("close-account", close_accounts)
    register_deed("erase-account", erase_accounts)
    register_deed("forget-looks", forget_looks, is_locking=False)


def close_accounts(people: Rows, now: datetime) -> int:
    """Close the accounts of people who have not come for years."""
    prefetch_related_objects(list(people), "user")
    for person in people:
        user = getattr(person, "user", None)
        if holder := user and holder_of(user):
            closing, _ = AccountClosing.objects.update_or_create(
                account=holder.account, defaults={"erased_at": now}, create_defaults={"asked_at": now, "erased_at": now}
            )
            erase(holder, now=now)
            record_action(actor=PURGE, action="account.close_unused", capability=HALL, subject=closing, now=now)
        else:
            person.delete()
    return len(people)


def erase_accounts(closings: Rows, now: datetime) -> int:
    """Delete the accounts that their owners closed while a hold spared them."""
    for closing in closings:
        if holder := holder_of_account(closing.account):
            erase(holder, now=now)
        closing.erased_at = now
        closing.save(update_fields=["erased_at"])
        record_action(actor=PURGE, action="account.erase", capability=HALL, subject=closing, now=now)
    return len(closings)


def forget_looks(looks: Rows, now: datetime) -> int:
    """Take looks out of a table that otherwise only grows: by the one function of the database that may, and only what is old enough."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hall_forget_audit_accessentry(%s)", [[look.pk for look in looks]])
        return int(cursor.fetchone()[0])
