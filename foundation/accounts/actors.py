"""Who acts: the one value that every operation is told as ``actor``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from foundation.accounts.models import Feed, Grant, User
from foundation.organisations.models import Organisation


class ActorKind(StrEnum):
    """The kinds of actor, as the audit log names them."""

    OFFICER = "officer"
    RESIDENT = "resident"
    FEED = "feed"
    KIOSK = "kiosk"
    RECEIPT = "receipt"
    COMMAND = "command"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, kw_only=True)
class OnBehalfOf:
    """For whom somebody acts: ``mandate`` is the public reference of what lets them, ``basis`` its kind, ``name`` the other's name."""

    mandate: str
    basis: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody who does something, with the rights they have at this moment.

    ``reference`` is the public name under which the audit log remembers them. ``scopes`` are pairs of a capability and the
    path of the organisation at and below which it holds; they are read anew on each request, so that a role taken away
    stops the next one. A resident who acts for somebody else stays who they are, and says so in ``on_behalf_of``.
    """

    kind: ActorKind
    reference: str
    name: str = ""
    user_id: int | None = None
    id_number_index: bytes | None = None
    scopes: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    on_behalf_of: OnBehalfOf | None = None

    @property
    def label(self) -> str:
        """The actor as one word for logs: ``officer:U-…``."""
        return f"{self.kind}:{self.reference}"

    @property
    def mandate(self) -> str:
        """The public reference under which the actor acts for somebody else; empty for their own name."""
        return self.on_behalf_of.mandate if self.on_behalf_of else ""

    def can(self, capability: str, at: Organisation) -> bool:
        """Whether the actor holds the capability at the organisation, itself or from above."""
        return any(held == capability and at.path.startswith(path) for held, path in self.scopes)

    def paths_for(self, capability: str) -> tuple[str, ...]:
        """Return the paths at and below which the actor holds the capability."""
        return tuple(sorted(path for held, path in self.scopes if held == capability))


def actor_of_user(user: User) -> Actor:
    """Return the actor that a signed-in user is. Costs one query for an officer, at most one for a resident."""
    if user.is_officer:
        grants = Grant.objects.live().filter(user=user).select_related("role", "organisation")
        scopes = frozenset((capability, grant.organisation.path) for grant in grants for capability in grant.role.capabilities)
        return Actor(kind=ActorKind.OFFICER, reference=user.reference, name=user.display_name, user_id=user.pk, scopes=scopes)
    index = user.person.index_for_lookup if user.person else None
    return Actor(kind=ActorKind.RESIDENT, reference=user.reference, name=user.display_name, user_id=user.pk, id_number_index=index)


def actor_of_feed(feed: Feed) -> Actor:
    """Return the actor that a feed is: it may exchange, within its own bureau."""
    return Actor(kind=ActorKind.FEED, reference=feed.code, name=feed.title, scopes=frozenset({("case.exchange", feed.bureau.path)}))


def receipt_actor(reference: str) -> Actor:
    """Return the actor that an unnamed person with a receipt is; ``reference`` is the matter's."""
    return Actor(kind=ActorKind.RECEIPT, reference=reference)


def command_actor(name: str, *, bureau: Organisation | None = None, capabilities: frozenset[str] = frozenset()) -> Actor:
    """Return the actor that a management command is: whoever may run one already holds the machine."""
    path = bureau.path if bureau else ""
    return Actor(kind=ActorKind.COMMAND, reference=name, name=name, scopes=frozenset((each, path) for each in capabilities))
