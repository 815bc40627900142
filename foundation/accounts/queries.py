"""What pages ask about the people at the desks."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import Grant, PostProposal, User
from foundation.accounts.rights import GRANT, READ, check_may_read
from foundation.errors import Hidden, NotFound
from foundation.organisations.models import Organisation, path_range


def names_of(references: Iterable[str]) -> dict[str, str]:
    """Return name and badge of the officers among the people with these public references. One query."""
    officers = User.objects.filter(kind=User.Kind.OFFICER, reference__in=set(references))
    return {officer.reference: f"{officer.display_name} ({officer.badge_number})" for officer in officers}


def officers_at(*, unit: Organisation, capability: str) -> QuerySet[User]:
    """Return the officers who hold a capability at the unit, by a post there or above, in the order of their names."""
    above = (*unit.ancestor_codes, unit.code)
    posts = Grant.objects.live().filter(organisation__code__in=above, role__capabilities__contains=[capability])
    officers = User.objects.filter(kind=User.Kind.OFFICER, is_active=True, pk__in=posts.values("user_id"))
    return officers.order_by("display_name", "pk")


def units_for(actor: Actor, capability: str = "") -> QuerySet[Organisation]:
    """Return the units at which the actor holds a capability, or any at all, from the top of the tree down."""
    paths = actor.paths_for(capability) if capability else tuple(sorted({path for _held, path in actor.scopes}))
    held = Organisation.objects.filter(path__in=paths)
    return Organisation.objects.active().within(*held).order_by("path")


def officers_for(actor: Actor, capability: str, *, words: str = "") -> QuerySet[User]:
    """Return the officers who belong to a unit at which the actor holds the capability: by their unit, or by a post held there.

    ``words`` keeps those whose name, badge number or user name holds each of them.
    """
    paths = actor.paths_for(capability)
    officers = User.objects.filter(kind=User.Kind.OFFICER).select_related("unit")
    if "" not in paths:  # a command may stand above every city
        posts = Grant.objects.live().filter(_below(paths, "organisation__path"), user=OuterRef("pk"))
        officers = officers.filter(_below(paths, "unit__path") | Q(Exists(posts)))
    for word in words.split():
        officers = officers.filter(Q(display_name__icontains=word) | Q(badge_number__icontains=word) | Q(username__icontains=word))
    return officers


def proposals_for(actor: Actor) -> QuerySet[PostProposal]:
    """Return the posts that wait for a second officer at the units where the actor may give posts."""
    paths = actor.paths_for(GRANT)
    waiting = PostProposal.objects.waiting().select_related("user", "role", "organisation")
    return waiting if "" in paths else waiting.filter(_below(paths, "organisation__path"))


def proposal_for(actor: Actor, reference: str) -> PostProposal:
    """Return a post that waits to who may give posts there; raise ``Hidden``, or ``NotFound`` once it is decided."""
    found = PostProposal.objects.select_related("user", "role", "organisation").filter(reference=reference).first()
    if found is None or not actor.can(GRANT, found.organisation):
        raise Hidden(capability=GRANT)
    if found.state != PostProposal.State.WAITING:
        raise NotFound(_("Somebody has decided about this post already."), code="proposal_decided")
    return found


def _below(paths: Iterable[str], field: str) -> Q:
    condition = Q(pk__in=())
    for path in paths:
        condition |= path_range(path, field=field)
    return condition


def officer_for(actor: Actor, reference: str) -> User:
    """Return an officer whose account the actor may read; raise ``Hidden``."""
    officer = User.objects.select_related("unit").filter(reference=reference, kind=User.Kind.OFFICER).first()
    if officer is None:
        raise Hidden(capability=READ)
    check_may_read(actor, officer)
    return officer
