"""What the hall holds of each case that a feed speaks of, locked in one order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F, Q

from cases.domain.exchange import Body, Handover, Registration
from cases.models import Case, Category, ExchangeMessage, Party
from foundation.accounts.models import Feed
from foundation.database.lookups import AnyOf
from foundation.organisations.models import Organisation


class Names:
    """The names of the parties of some cases, read together and only if one is asked for."""

    def __init__(self, streams: Iterable[Stream]) -> None:
        self._cases = [stream.case.pk for stream in streams if stream.case]
        self._found: dict[int, list[Party]] | None = None

    def of(self, case: Case) -> list[str]:
        """Return the names of a case's parties, of those too who no longer follow it."""
        if self._found is None:
            self._found = defaultdict(list)
            for party in Party.objects.filter(AnyOf(F("case_id"), self._cases)).only("case_id", "name"):
                self._found[party.case_id].append(party)
        return [party.name for party in self._found.get(case.pk, ())]


@dataclass(kw_only=True)
class Stream:
    """One case of the source: the case, once it is known, and the messages whose turn has not come, by number."""

    source_case_id: str
    case: Case | None = None
    unsettled: defaultdict[int, list[ExchangeMessage]] = field(default_factory=lambda: defaultdict(list))
    all_names: Names | None = None
    new_names: list[str] = field(default_factory=list)

    @property
    def consumed(self) -> int:
        """The last number that has had its turn; none has before the case is known."""
        return self.case.source_sequence if self.case else 0

    def skip(self) -> tuple[int, int] | None:
        """Pass the numbers that are missing before the next message; return the first and the last of them, or ``None`` without a gap."""
        first, following = self.consumed + 1, min(self.unsettled, default=0)
        if self.case is None or following <= first:
            return None
        self.case.source_sequence = following - 1
        return first, following - 1

    def names(self) -> list[str]:
        """Return the names that may not stand in the timeline."""
        known = self.all_names.of(self.case) if self.all_names and self.case else []
        return known + self.new_names

    def has(self, number: int) -> bool:
        """Whether a message that was not refused waits under this number."""
        return any(row.state != ExchangeMessage.State.REFUSED for row in self.unsettled.get(number, ()))


class Reference:
    """Units and categories by code, read together for the messages at hand and one by one for those that waited."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        listed = list(bodies)
        units = {body.unit for body in listed if isinstance(body, Registration | Handover)}
        categories = {body.category for body in listed if isinstance(body, Registration)}
        found = Organisation.objects.filter(code__in=units) if units else ()
        self._units: dict[str, Organisation | None] = dict.fromkeys(units) | {unit.code: unit for unit in found}
        known = Category.objects.filter(code__in=categories) if categories else ()
        self._categories: dict[str, Category | None] = dict.fromkeys(categories) | {each.code: each for each in known}

    def unit(self, code: str) -> Organisation | None:
        """Return the unit that exists under this code now."""
        if code not in self._units:
            self._units[code] = Organisation.objects.filter(code=code).first()
        unit = self._units[code]
        return unit if unit is not None and unit.is_active else None

    def category(self, code: str) -> Category | None:
        """Return the category that is used under this code."""
        if code not in self._categories:
            self._categories[code] = Category.objects.filter(code=code).first()
        category = self._categories[code]
        return category if category is not None and category.is_active else None


def lock_feed(feed_id: int) -> Feed:
    """Return the feed, locked until the transaction ends: its batches are taken one after the other.

    Waiting for any lock ends after five seconds with ``OperationalError``, so that a feed that sends many batches at once
    cannot take every worker of the site. Rows that refer to the feed can still be written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
    feeds = Feed.objects.select_for_update(of=("self",), no_key=True).select_related("bureau")
    return feeds.filter(pk=feed_id)[0]


def lock_streams(
    *, feed: Feed, source_case_ids: Iterable[str], references: Iterable[str] = ()
) -> tuple[dict[str, Stream], dict[str, Case]]:
    """Return a stream for each case of the source, and the cases of the given references, all locked.

    Rows are locked in the order of their references, as whoever locks several cases does, or two of them could wait for each other.
    """
    streams = {each: Stream(source_case_id=each) for each in source_case_ids}
    named = set(references)
    is_asked_for = AnyOf(F("source_case_id"), list(streams))
    wanted = Q(is_asked_for, bureau_code=feed.bureau_code, source=feed.code)
    if named:
        wanted |= Q(reference__in=named)
    by_reference = {}
    for case in _with_unit_and_category(list(Case.objects.filter(wanted).select_for_update().order_by("reference"))):
        if case.reference in named:
            by_reference[case.reference] = case
        if case.source == feed.code and case.source_case_id in streams and case.bureau_code == feed.bureau_code:
            streams[case.source_case_id].case = case
    names = Names(streams.values())
    for stream in streams.values():
        stream.all_names = names
    rows = ExchangeMessage.objects.unsettled().filter(is_asked_for, feed=feed)
    for row in rows.order_by("source_sequence", "received_at"):
        streams[row.source_case_id].unsettled[row.source_sequence].append(row)
    return streams, by_reference


def _with_unit_and_category(cases: list[Case]) -> list[Case]:
    """Give cases their units and categories. A batch has many cases and few of either, which a join would read for each case anew."""
    units = Organisation.objects.in_bulk({case.unit_id for case in cases})
    categories = Category.objects.in_bulk({case.category_id for case in cases})
    unit, category = Case._meta.get_field("unit"), Case._meta.get_field("category")
    for case in cases:
        unit.set_cached_value(case, units[case.unit_id])
        category.set_cached_value(case, categories[case.category_id])
    return cases
