"""The one notion that services ask for: who acts, for whom, how far, until when, and on what basis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.actors import Actor, OnBehalfOf
from foundation.mandates.scopes import Scope


class Basis(TextChoices):
    """What lets somebody act for another. The values are also the reasons of their looks (``AccessEntry.Reason``)."""

    GUARDIANSHIP = "guardianship", _("Guardianship")
    AGENCY = "agency", _("Agent of a company")
    DELEGATION = "delegation", _("Delegation")


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """One right to act for one other, as it holds at the moment it was asked for.

    The other is a person (``id_number_index``) or a company (``credit_code``). ``matter`` narrows it to one matter, written
    ``case:C-…``; empty for all. ``until`` is None for a legal representative. ``is_statutory`` for who represents by law, not by
    somebody's will: a guardian, a company's legal representative.
    """

    reference: str
    basis: Basis
    name: str
    scopes: frozenset[Scope]
    until: datetime | None
    id_number_index: bytes | None = None
    credit_code: str = ""
    matter: str = ""
    is_statutory: bool = False

    def covers(self, *, kind: str, reference: str) -> bool:
        """Whether a matter is among those that the mandate is about."""
        return self.matter in {"", matter_key(kind=kind, reference=reference)}

    def acting(self, actor: Actor) -> Actor:
        """Return the actor as somebody who acts for the other: logs then say for whom and under what."""
        return replace(actor, on_behalf_of=OnBehalfOf(mandate=self.reference, basis=str(self.basis), name=self.name))


def matter_key(*, kind: str, reference: str) -> str:
    """Return how a mandate names a single matter."""
    return f"{kind}:{reference}"
