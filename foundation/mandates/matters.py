"""Which single matters a person can ask somebody else to look after. Services register theirs at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor
from foundation.errors import RuleViolated
from foundation.mandates.mandate import matter_key

# Returns the references of the matters in which the actor has a part of their own, with a title for each.
Provider = Callable[[Actor, datetime], Iterable[tuple[str, str]]]
_providers: dict[str, Provider] = {}


def register(kind: str, provider: Provider) -> None:
    """Let people delegate single matters of this kind."""
    _providers[kind] = provider


def own_matters(actor: Actor, *, now: datetime) -> list[tuple[str, str]]:
    """Return the matters that the actor may delegate one by one, as choices: how a mandate names each, and its title."""
    return [
        (matter_key(kind=kind, reference=reference), title)
        for kind, provider in sorted(_providers.items())
        for reference, title in provider(actor, now)
    ]


def check_own_matter(actor: Actor, matter: str, *, now: datetime) -> None:
    """Refuse a single matter that is not one of the actor's own, in the same words as one that does not exist."""
    if matter and matter not in dict(own_matters(actor, now=now)):
        raise RuleViolated(_("Choose one of your own matters."), code="matter_unknown", field="matter")
