"""How each service says what its codes open. Filled when Django starts, by the apps' ``ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from foundation.inquiries.matters import Matter

if TYPE_CHECKING:  # apps register while Django loads them, before there are models
    from foundation.accounts.actors import Actor


class Way(StrEnum):
    """How a code was given."""

    QR = "qr"
    TYPED = "typed"


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks: nobody knows more than the way, and the network (/24 or /48) that the look came from, or the terminal.

    ``terminal`` is the actor of the terminal at which the code was typed or shown; it stands in the log of looks.
    """

    way: Way
    network: str
    terminal: Actor | None = None


class Resolver(Protocol):
    """What a service registers."""

    def __call__(self, reference: str, *, viewer: Viewer, now: datetime) -> Matter | None:
        """Return the matter in the active language and write the access row of this look, in one transaction of its own.

        Return ``None``, and write nothing, for a matter that is closed to remote look-ups, shown at the counter only, or
        gone: the caller is then told the same as for a code that was never given out.
        """


_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Let ``resolver`` answer for the codes of one kind. Raise ``ValueError`` if another already does."""
    if _resolvers.setdefault(kind, resolver) != resolver:
        raise ValueError(f"the codes of kind {kind!r} are answered for twice")


def resolver_of(kind: str) -> Resolver:
    """Return who answers for a kind; raise ``ValueError`` if nobody does."""
    try:
        return _resolvers[kind]
    except KeyError:
        raise ValueError(f"nobody answers for codes of kind {kind!r}: call inquiries.register() in an app's ready()") from None
