"""Bring the tree of one or more cities to what their seed files say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from foundation.audit.log import Who, record_action
from foundation.audit.rights import MACHINE
from foundation.clock import city_date
from foundation.organisations.models import Organisation
from foundation.organisations.seed import CityFile, read_city

_WRITTEN = tuple(item.attname for item in Organisation._meta.concrete_fields if item.attname not in {"id", "code"})


@dataclass(frozen=True, kw_only=True)
class CityReport:
    """What loading one city changed: the codes by what became of them."""

    path: Path
    bureau: Organisation
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    deactivated: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ((name, len(getattr(self, name))) for name in ("new", "updated", "unchanged", "deactivated"))
        return f"{self.bureau.name_en}: " + ", ".join(f"{count} {name}" for name, count in counts)


def load_organisations(*, actor: Who, now: datetime, paths: Sequence[Path]) -> tuple[CityReport, ...]:
    """Load seed files, one a city, by upsert on ``code``; a second load changes nothing.

    Organisations of the city that the file no longer holds are kept and deactivated, for cases and audit rows name them.
    All files are read before the first row is written: raises ``BrokenSeed`` with file and line and leaves everything as it was.
    """
    cities = [read_city(path=path, today=city_date(now)) for path in paths]
    _refuse_repeats(cities)
    with transaction.atomic():
        _one_at_a_time()
        return tuple(_load_city(city, actor, now) for city in cities)


def _refuse_repeats(cities: Iterable[CityFile]) -> None:
    seen: set[str] = set()
    for city in cities:
        for row, organisation in city.rows:
            if organisation.code in seen:
                raise row.broken(_("the code %(code)s stands in another file too.") % {"code": organisation.code})
        seen |= {organisation.code for _row, organisation in city.rows}


def _one_at_a_time() -> None:
    # Rows that do not exist yet cannot be locked; two loads on an empty database would both insert them.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('organisations'))")


def _load_city(city: CityFile, actor: Who, now: datetime) -> CityReport:
    codes = [organisation.code for _row, organisation in city.rows]
    known = Organisation.objects.in_bureau(city.bureau_code) | Organisation.objects.filter(code__in=codes)
    existing = {organisation.code: organisation for organisation in known.select_for_update(of=("self",))}
    _refuse_foreign(city, existing)
    report = CityReport(path=city.path, bureau=next(each for _row, each in city.rows if each.kind == Organisation.Kind.BUREAU))
    levels: defaultdict[int, list[Organisation]] = defaultdict(list)
    for _row, organisation in city.rows:
        levels[len(organisation.ancestor_codes)].append(organisation)
    for depth in sorted(levels):
        _upsert(levels[depth], existing, report)
    _deactivate([each for each in existing.values() if each.is_active and each.code not in set(codes)], report)
    if report.new or report.updated or report.deactivated:
        changes = {name: (None, getattr(report, name)) for name in ("new", "updated", "deactivated")}
        record_action(actor=actor, action="organisation.load", capability=MACHINE, subject=report.bureau, now=now, changes=changes)
    return report


def _refuse_foreign(city: CityFile, existing: dict[str, Organisation]) -> None:
    for row, organisation in city.rows:
        present = existing.get(organisation.code)
        if present and present.bureau_code != city.bureau_code:
            raise row.broken(_("the code %(code)s already belongs to another city.") % {"code": organisation.code})


def _upsert(level: list[Organisation], existing: dict[str, Organisation], report: CityReport) -> None:
    new, changed = [], []
    for organisation in level:
        organisation.parent = organisation.parent  # the parent has its id by now: its level was written before
        present = existing.get(organisation.code)
        if present is None:
            new.append(organisation)
            continue
        organisation.pk = present.pk
        is_same = all(getattr(organisation, name) == getattr(present, name) for name in _WRITTEN)
        (report.unchanged if is_same else report.updated).append(organisation.code)
        if not is_same:
            changed.append(organisation)
    Organisation.objects.bulk_create(new)
    Organisation.objects.bulk_update(changed, [name.removesuffix("_id") for name in _WRITTEN])
    report.new.extend(organisation.code for organisation in new)


def _deactivate(gone: list[Organisation], report: CityReport) -> None:
    Organisation.objects.filter(pk__in=[organisation.pk for organisation in gone]).update(is_active=False)
    report.deactivated.extend(sorted(organisation.code for organisation in gone))
