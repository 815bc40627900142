"""Terms of keeping, such as ``2 years``: counted in the calendar of the city, as the law counts them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.clock import CITY_ZONE
from foundation.seed_files import SeedRow

_TERM: Final = re.compile(r"([0-9]{1,3}) (day|month|year)s?")


@dataclass(frozen=True, kw_only=True)
class Term:
    """A number of days, months or years; none at all means at once."""

    count: int
    unit: str

    def before(self, now: datetime) -> datetime:
        """Return the moment such that whatever began before it is over by ``now``."""
        if self.unit == "day":
            return now - timedelta(days=self.count)
        months = self.count * (12 if self.unit == "year" else 1)
        local = now.astimezone(CITY_ZONE)
        year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
        # A term that began on 31 January ends on the last day of a shorter month (Civil Code art. 202).
        return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))

    def __str__(self) -> str:
        """Say it in the language of the page."""
        if not self.count:
            return _("at once")
        words = {
            "day": ngettext("%(count)s day", "%(count)s days", self.count),
            "month": ngettext("%(count)s month", "%(count)s months", self.count),
            "year": ngettext("%(count)s year", "%(count)s years", self.count),
        }
        return words[self.unit] % {"count": self.count}


def read_term(row: SeedRow, name: str) -> Term:
    """Return the term that a file names, as in ``for: 2 years``."""
    found = _TERM.fullmatch(row.text(name, longest=20))
    if found is None:
        raise row.broken(_("“%(name)s” must be a term such as 2 years, 6 months or 30 days.") % {"name": name})
    return Term(count=int(found[1]), unit=found[2])
