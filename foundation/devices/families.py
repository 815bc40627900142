"""The two kinds of machine, and all in which they differ for those who look after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from foundation.accounts.models import Feed, Machine
from foundation.devices.models import Kiosk


@dataclass(frozen=True, kw_only=True)
class Family:
    """One kind: its table, the column of its public name, whose it is, and who may look after it."""

    kind: str
    model: type[Machine]
    reference_field: str
    home_field: str
    capability: str

    def all(self) -> QuerySet[Any]:
        """Return every machine of the kind, with its organisation."""
        return self.model._default_manager.select_related(self.home_field)

    def named(self, reference: str) -> QuerySet[Any]:
        """Return the machine with this public name, or none."""
        return self.all().filter(**{self.reference_field: reference})


KIOSKS: Final = Family(kind="kiosk", model=Kiosk, reference_field="number", home_field="place", capability="kiosk.manage")
FEEDS: Final = Family(kind="feed", model=Feed, reference_field="code", home_field="bureau", capability="feed.manage")
FAMILIES: Final = {family.kind: family for family in (KIOSKS, FEEDS)}
