"""What the foundation's own apps tell the logs about the things that they keep."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import User
from foundation.audit import subjects
from foundation.audit.log import Subject, Who
from foundation.audit.subjects import SubjectKind


def register() -> None:
    """Tell the logs."""
    for kind in KINDS:
        subjects.register(kind)


def _own_account(actor: Actor) -> QuerySet[Any, str]:
    return User.objects.filter(reference=actor.reference).values_list("reference", flat=True)


def _persons_of_accounts(viewer: Who, accounts: Sequence[Subject]) -> Collection[bytes]:
    """Return a key for each resident: nobody's account is an officer's own assignment. One query."""
    references = [each.reference for each in accounts]
    known = User.objects.filter(reference__in=references, person__isnull=False)
    return {bytes(index) for index in known.values_list("person__id_number_index", flat=True) if index}


KINDS = (
    SubjectKind(kind="user", title=_("Account"), prefix="U", own=_own_account, outside_persons=_persons_of_accounts),
    SubjectKind(kind="role", title=_("Post")),
    SubjectKind(kind="feed", title=_("Feed")),
    SubjectKind(kind="organisation", title=_("Organisation")),
    SubjectKind(kind="alarm", title=_("Alarm"), prefix="AL"),
    SubjectKind(kind="outbox", title=_("What waits to be done")),
    SubjectKind(kind="log", title=_("Log")),
)
