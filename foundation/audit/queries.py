"""What pages and the API ask of the logs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, ActorKind
from foundation.accounts.models import Grant
from foundation.audit.models import AccessEntry
from foundation.audit.subjects import kind_called, kinds
from foundation.languages import in_language

MOST_MATTERS = 500
# The last one is unique, the first is what people read by.
ORDERING = ("-at", "-pk")


@dataclass(frozen=True, kw_only=True)
class Post:
    """A post that an officer held for some time: what it is called, at which unit, from when until when."""

    title: str
    unit: str
    since: datetime
    until: datetime | None

    def was_held_at(self, moment: datetime) -> bool:
        """Whether it was theirs at that moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, kw_only=True)
class ShownLook:
    """One look as the person concerned reads it. ``post`` and ``unit`` are those of an officer at that moment."""

    at: datetime
    viewer_kind: str
    who: str
    post: str
    unit: str
    reason: str
    reason_text: str
    subject_kind: str
    subject_title: str
    reference: str
    own_page: str


def looks_at_own_matters(actor: Actor) -> QuerySet[AccessEntry]:
    """Return every look at every matter of a resident, by whoever looked. One query a kind of matter, besides the page's own."""
    condition = Q(pk__in=())
    for kind in kinds():
        if kind.own is not None:
            # Named one by one, so that each is found by the index of the log: a subquery would read the whole of it.
            references = list(kind.own(actor)[:MOST_MATTERS])
            condition |= Q(subject_kind=kind.kind, subject_reference__in=references)
    return AccessEntry.objects.filter(condition)


def shown_looks(actor: Actor, entries: Iterable[AccessEntry]) -> list[ShownLook]:
    """Return rows as the person concerned reads them, in their order. One query, for the posts of all officers together."""
    rows = list(entries)
    posts = posts_of(row.viewer_reference for row in rows if row.viewer_kind == ActorKind.OFFICER)
    return [_shown(actor, row, posts.get(row.viewer_reference, [])) for row in rows]


def posts_of(references: Iterable[str]) -> Mapping[str, list[Post]]:
    """Return the posts that officers hold and held, by their public references."""
    found: defaultdict[str, list[Post]] = defaultdict(list)
    wanted = set(references)
    grants = Grant.objects.filter(user__reference__in=wanted).select_related("user", "role", "organisation") if wanted else ()
    for grant in grants:
        title = in_language(zh=grant.role.title_zh, en=grant.role.title_en)
        post = Post(title=title, unit=grant.organisation.name, since=grant.granted_at, until=grant.revoked_at)
        found[grant.user.reference].append(post)
    return found


def _shown(actor: Actor, row: AccessEntry, posts: list[Post]) -> ShownLook:
    held = [post for post in posts if post.was_held_at(row.at)]
    kind = kind_called(row.subject_kind)
    return ShownLook(
        at=row.at,
        viewer_kind=row.viewer_kind,
        who=_who(actor, row),
        post=" · ".join(dict.fromkeys(post.title for post in held)),
        unit=" · ".join(dict.fromkeys(post.unit for post in held)),
        reason=row.reason,
        reason_text=str(row.get_reason_display()),
        subject_kind=row.subject_kind,
        subject_title=str(kind.title) if kind else row.subject_kind,
        reference=row.subject_reference,
        own_page=kind.own_page if kind else "",
    )


def _who(actor: Actor, row: AccessEntry) -> str:
    """Officers and terminals are named; another person of the matter is not, and nobody holds a receipt by name."""
    if row.viewer_kind == ActorKind.RESIDENT:
        if row.viewer_reference == actor.reference:
            return _("You")
        return _("Somebody who acts for a person of the matter") if row.mandate else _("Another person of the matter")
    if row.viewer_kind == ActorKind.RECEIPT:
        return _("Somebody with the receipt's code")
    return row.viewer_name or row.viewer_kind
