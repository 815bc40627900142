"""``/my/looks/``: who looked at a resident's matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from foundation.audit.queries import ORDERING, ShownLook, looks_at_own_matters, shown_looks
from foundation.clock import city_date
from foundation.faces import my
from foundation.faces.my import MyView
from foundation.keyset import keyset_page

PAGE = 50


def register() -> None:
    """Tell a resident's own pages."""
    my.register("own-looks:list", _("Who looked at my matters"), order=60)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Looks of one viewer at one matter for one reason on one day; ``look`` is the latest of them."""

    look: ShownLook
    times: int


@dataclass(frozen=True, kw_only=True)
class Day:
    """The looks of one day, the latest first."""

    on: date
    groups: list[Group]


class Looks(MyView):
    """The list, 50 looks a page; a look is there at the next request."""

    current = "own-looks:list"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show a page of it."""
        page = keyset_page(query=looks_at_own_matters(self.actor), ordering=ORDERING, size=PAGE, cursor=request.GET.get("cursor") or None)
        context = {
            "days": by_day(shown_looks(self.actor, page.items)),
            "next_url": f"?cursor={page.next}" if page.next else "",
            "previous_url": f"?cursor={page.previous}" if page.previous else "",
        }
        return self.page("audit/my/looks.html", context)


def by_day(looks: Sequence[ShownLook]) -> list[Day]:
    """Return the looks by day; what one viewer did again and again on a day, without another between, is one line."""
    days = groupby(looks, key=lambda look: city_date(look.at))
    return [Day(on=on, groups=_groups(list(of_day))) for on, of_day in days]


def _groups(looks: Sequence[ShownLook]) -> list[Group]:
    same = groupby(looks, key=lambda look: (look.who, look.post, look.unit, look.reason, look.reference))
    return [Group(look=several[0], times=len(several)) for several in (list(group) for _key, group in same)]
