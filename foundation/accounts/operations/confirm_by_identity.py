"""Take what an identity provider says as proof that the signed-in person is still there."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from foundation.accounts.models import Identity, User
from foundation.accounts.models.identity import subject_digest
from foundation.accounts.operations.sign_in_by_identity import check_same_person
from foundation.accounts.own_record import record_own
from foundation.identity_providers.assertion import Assertion
from foundation.identity_providers.errors import IdentityRefused


@transaction.atomic
def confirm_by_identity(*, user: User, assertion: Assertion, now: datetime) -> None:
    """Note that the person proved themselves anew by an account that is linked to them; raise :class:`IdentityRefused` otherwise."""
    digest = subject_digest(assertion.provider, assertion.subject)
    rows = Identity.objects.select_for_update(of=("self",)).filter(provider=assertion.provider, subject_digest=digest)
    identity = rows.select_related("person").first()
    if identity is None or identity.person_id != user.person_id:
        raise IdentityRefused("another_person")
    if not assertion.is_fresh:
        raise IdentityRefused("not_fresh")
    check_same_person(identity.person, assertion)
    identity.last_used_at = now
    identity.save(update_fields=["last_used_at"])
    record_own(user=user, action="identity.confirm", now=now, changes={"provider": (None, assertion.provider)})
