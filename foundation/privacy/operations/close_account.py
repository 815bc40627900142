"""Close one's account: what can be deleted goes at once, what a law orders to keep stays until its term is over."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import User
from foundation.audit.log import record_action
from foundation.audit.rights import OWN
from foundation.clock import city_date
from foundation.errors import Conflict
from foundation.privacy.erasure import erase
from foundation.privacy.models import AccountClosing, LegalHold
from foundation.privacy.permissions import own_holder


@transaction.atomic
def close_account(*, actor: Actor, now: datetime) -> AccountClosing:
    """Close the account of the person who acts (PIPL art. 47). Raises ``Hidden`` for whoever is no resident.

    A held account can be signed in to no more, like any other; its data are deleted when the hold ends. The person is not told of the
    hold, which may belong to an inquiry.
    """
    holder = own_holder(actor)
    User.objects.select_for_update(of=("self",)).filter(pk=holder.user).first()
    is_held = LegalHold.objects.live(city_date(now)).filter(kind=LegalHold.Kind.ACCOUNT, subject_reference=holder.account).exists()
    try:
        with transaction.atomic():
            closing = AccountClosing.objects.create(account=holder.account, asked_at=now, erased_at=None if is_held else now)
    except IntegrityError as error:
        raise Conflict(_("This account is closed already."), code="account_closed") from error
    if is_held:
        User.objects.filter(pk=holder.user).update(is_active=False)
    else:
        erase(holder, now=now)
    record_action(actor=actor, action="account.close", capability=OWN, subject=closing, now=now)
    return closing
