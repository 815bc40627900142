"""Who may do what to whose account: the rules against people who raise themselves or each other (docs/decisions/0018-officers.md)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Grant, Role, User
from foundation.errors import Hidden, NotAllowed, RuleViolated
from foundation.organisations.models import Organisation

READ: Final = "account.read"
GRANT: Final = "account.grant"
DISABLE: Final = "account.disable"
CONTACT: Final = "person.contact"
# Who holds one of these decides what others may do; nobody gives it at the own level.
_OVER_ACCOUNTS: Final = frozenset({GRANT, DISABLE})
# Nobody watches over what they do themselves.
_WATCHING: Final = "audit.read"
# Posts of weight: what one officer could do alone with an account made for the purpose is not to be had by one officer alone.
_OF_WEIGHT: Final = _OVER_ACCOUNTS | {_WATCHING, "correction.decide", "case.release_feed", "feed.manage"}


def places_of(officer: User) -> list[Organisation]:
    """Return where an officer belongs: the unit and wherever a post is held; of one without either, where the last one was."""
    grants = Grant.objects.filter(user=officer).select_related("organisation").order_by("-granted_at")
    posts = [grant.organisation for grant in grants.live()]
    if officer.unit is not None:
        return [officer.unit, *posts]
    return posts or [grant.organisation for grant in grants[:1]]


def check_may_read(actor: Actor, officer: User) -> None:
    """Raise ``Hidden`` unless the actor may read the account of this officer, at one of the places where the officer belongs."""
    if not any(actor.can(READ, place) for place in places_of(officer)):
        raise Hidden(capability=READ)


def check_may_change(actor: Actor, capability: str, officer: User) -> None:
    """Raise unless the actor holds the capability at every place where the officer belongs, and is somebody else.

    So a hall manager of a station cannot switch off the head of the branch, or take over the account by resetting its sign-in.
    """
    check_may_read(actor, officer)
    if not all(actor.can(capability, place) for place in places_of(officer)):
        raise NotAllowed(
            _("This officer also belongs to a unit for which you may not do this."), code="officer_of_another_unit", capability=capability
        )
    if actor.user_id == officer.pk:
        raise RuleViolated(_("Nobody does this to their own account. Ask another hall manager."), code="own_account")


def check_may_grant(actor: Actor, *, officer: User, role: Role, at: Organisation) -> None:
    """Raise unless the actor may give this officer this role there."""
    if not actor.can(GRANT, at):
        raise NotAllowed(_("You may give and take posts only at your own unit and below."), code="post_above", capability=GRANT)
    if actor.user_id == officer.pk:
        raise RuleViolated(_("Nobody gives a post to themselves, or takes an own one away. Ask another hall manager."), code="own_post")
    if _OVER_ACCOUNTS & set(role.capabilities) and not _holds_above(actor, at):
        raise NotAllowed(_("A hall manager is appointed from a unit above."), code="manager_from_above", capability=GRANT)


def needs_two_officers(role: Role) -> bool:
    """Whether one officer proposes this post and another gives it (docs/decisions/0028-posts-by-two-officers.md)."""
    return not _OF_WEIGHT.isdisjoint(role.capabilities)


def check_duties(officer: User, role: Role) -> None:
    """Raise if the role and one that the officer holds would let them watch over themselves."""
    held = {
        capability for grant in Grant.objects.live().filter(user=officer).select_related("role") for capability in grant.role.capabilities
    }
    both = held | set(role.capabilities)
    if _WATCHING in both and _OVER_ACCOUNTS & both:
        message = _("An auditor does not manage posts, and who manages posts does not audit. Take the other post away first.")
        raise RuleViolated(message, code="duties_exclude_each_other", field="role")


def _holds_above(actor: Actor, at: Organisation) -> bool:
    return any(at.path.startswith(path) and at.path != path for path in actor.paths_for(GRANT))
