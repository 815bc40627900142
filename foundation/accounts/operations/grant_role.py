"""Give an officer a role at an organisation, or take it away."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Grant, Role, User
from foundation.errors import Conflict, RuleViolated
from foundation.organisations.models import Organisation


@transaction.atomic
def grant_role(*, user: User, role: Role, organisation: Organisation, granted_by: str, now: datetime) -> Grant:
    """Let the officer do what the role allows, at the organisation and below it, from the next request on."""
    if not user.is_officer:
        raise RuleViolated(_("Only officers hold roles."), code="not_an_officer", field="user")
    try:
        with transaction.atomic():
            return Grant.objects.create(user=user, role=role, organisation=organisation, granted_at=now, granted_by=granted_by)
    except IntegrityError as error:
        raise Conflict(_("This officer already holds the role there."), code="already_granted") from error


def revoke_role(*, grant: Grant, revoked_by: str, now: datetime) -> None:
    """Take a role away; the officer's next request is refused."""
    if not Grant.objects.live().filter(pk=grant.pk).update(revoked_at=now, revoked_by=revoked_by):
        raise Conflict(code="already_revoked")
