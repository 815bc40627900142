"""How sure the hall is of who signed in (the three levels of eIDAS, Regulation (EU) 910/2014, art. 8)."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Assurance(StrEnum):
    """A level of assurance; levels compare by :attr:`rank`."""

    LOW = "low"
    SUBSTANTIAL = "substantial"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """The level's place in the order, the lowest first."""
        return list(Assurance).index(self)

    @property
    def label(self) -> str | Promise:
        """What people read."""
        return {Assurance.LOW: _("Basic"), Assurance.SUBSTANTIAL: _("Substantial"), Assurance.HIGH: _("High")}[self]

    def reaches(self, needed: Assurance) -> bool:
        """Whether this level is as high as another."""
        return self.rank >= needed.rank
