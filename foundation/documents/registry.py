"""What the services tell of their papers: who may download one."""

from __future__ import annotations

from collections.abc import Callable

from foundation.accounts.actors import Actor
from foundation.documents.models import Document
from foundation.errors import Hidden

MayRead = Callable[[Actor, Document], bool]
_owners: dict[str, MayRead] = {}


def register(subject_kind: str, may_read: MayRead) -> None:
    """Let ``may_read(actor, document)`` decide over papers on this kind of matter."""
    _owners[subject_kind] = may_read


def check_may_read(actor: Actor, document: Document) -> None:
    """Let the actor pass, or raise ``Hidden``: whose paper it is not does not learn that it is there."""
    decide = _owners.get(document.subject_kind)
    if decide is None or not decide(actor, document):
        raise Hidden
