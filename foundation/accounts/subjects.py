"""An account as the audit log names it."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.models import Grant, User


@dataclass(frozen=True, kw_only=True)
class AccountSubject:
    """The account that something was done to. One that belongs to no bureau, such as a resident's, has none in the log."""

    reference: str
    bureau_code: str
    kind_of_matter: str = "user"

    @classmethod
    def of(cls, user: User) -> AccountSubject:
        """Return the subject that a user is: of the bureau of the unit, or of a post if it has no unit."""
        return cls(reference=user.reference, bureau_code=_bureau_of(user))


def person_acting(user: User) -> Actor:
    """Return a person as the one who acts, without any rights: for what people do to their own account."""
    return Actor(kind=ActorKind(user.kind), reference=user.reference, name=user.display_name, user_id=user.pk)


def _bureau_of(user: User) -> str:
    if user.unit is not None:
        return user.unit.bureau_code
    post = Grant.objects.filter(user=user).select_related("organisation").order_by("-granted_at").first() if user.is_officer else None
    return post.organisation.bureau_code if post else ""
