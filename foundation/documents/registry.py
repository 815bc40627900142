"""What the services tell of their papers: who may download one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from foundation.accounts.actors import Actor
from foundation.documents.models import Document
from foundation.errors import Hidden
from foundation.mandates.mandate import Mandate


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads a paper, by what right, and for whom: what the log keeps of it, and what its page says."""

    actor: Actor
    right: str
    acting: Mandate | None = None


class Owner(Protocol):
    """The service whose matter a paper is about."""

    def __call__(self, *, actor: Actor, document: Document, now: datetime, under: str) -> Reader:
        """Return in whose name the actor may read the paper, and write their look down; ``under`` names a mandate.

        Raises ``Hidden`` for whom the paper does not exist, ``NotAllowed`` for who knows of it and may not read it.
        """


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The names of a matter's pages, at the desk and among a resident's own, each of which takes its reference."""

    desk: str
    own: str


_owners: dict[str, Owner] = {}
_pages: dict[str, Pages] = {}


def register(subject_kind: str, owner: Owner, *, pages: Pages) -> None:
    """Let the service decide over papers on this kind of matter, and lead back to the matter's pages."""
    _owners[subject_kind] = owner
    _pages[subject_kind] = pages


def pages_of(document: Document) -> Pages | None:
    """Return the pages of the matter that a paper is about."""
    return _pages.get(document.subject_kind)


def reader_of(*, actor: Actor, document: Document, now: datetime, under: str = "") -> Reader:
    """Return in whose name the actor may read the paper; raise what its service raises, ``Hidden`` for a paper that no service knows."""
    owner = _owners.get(document.subject_kind)
    if owner is None:
        raise Hidden
    return owner(actor=actor, document=document, now=now, under=under)
