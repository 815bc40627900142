"""Cases as JSON, one object a line. ``docs/imports.md`` describes the members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from cases.domain.policies import check_detail, check_not_future, check_not_opener_than_law, check_publication
from cases.domain.publication import Ground, Publication
from cases.domain.workflow import WORKFLOWS
from cases.imports.histories import CaseFacts, CaseHistory, PastStep, Place
from cases.imports.lines import LineProblem, text_of
from cases.imports.report import Reason, RowSkipped
from cases.models import Category
from foundation.errors import RuleViolated
from foundation.organisations.models import Organisation
from foundation.rest.strict_json import NotStrictJSON, loads

LONGEST_LINE = 1_000_000
LONGEST_KEY, LONGEST_TEXT, LONGEST_DETAIL = 80, 500, 2000
MOST_ENTRIES = 1000
_FIRST_YEAR = 1900
_CASE = frozenset({"source_case_id", "unit", "category", "reported_at", "publication", "ground", "entries"})
_ENTRY = frozenset({"key", "at", "status", "text_en", "text_zh", "detail", "ground"})


def place_of(_key: str, at: datetime) -> Place:
    """Return the place of a stored entry: its moment. Steps of one moment keep the order in which they came."""
    return at, 0


class HistoryReader:
    """Makes case histories of lines. ``unit`` is for cases that name none; ``units`` holds those that may be named, by code."""

    def __init__(self, *, unit: Organisation, units: Mapping[str, Organisation], categories: Mapping[str, Category], now: datetime) -> None:
        self._unit, self._units, self._categories, self._now = unit, units, categories, now

    def read(self, line: bytes) -> CaseHistory:
        """Return the case of one line; raise :class:`RowSkipped` that says what to mend."""
        try:
            text_of(line, longest=LONGEST_LINE)
            return self._history(loads(line.strip()))
        except (LineProblem, NotStrictJSON, RuleViolated) as problem:
            raise RowSkipped(Reason.BROKEN_ROW, str(problem)) from problem

    def _history(self, case: Any) -> CaseHistory:
        _only(case, _CASE, "the case")
        entries = case.get("entries")
        if not isinstance(entries, list) or not 0 < len(entries) <= MOST_ENTRIES:
            raise LineProblem(f"“entries” must be a list of 1 to {MOST_ENTRIES:,} steps.")
        facts = self._facts(case)
        steps = sorted((self._step(entry, facts.category) for entry in entries), key=lambda step: step.place)
        if len({step.key for step in steps}) < len(steps):
            raise LineProblem("Two entries of the case have the same “key”.")
        return CaseHistory(source_case_id=_text(case, "source_case_id", longest=LONGEST_KEY), facts=facts, steps=tuple(steps))

    def _facts(self, case: Mapping[str, Any]) -> CaseFacts:
        category = self._categories.get(_text(case, "category", longest=LONGEST_KEY))
        if category is None:
            raise LineProblem("“category” is not the code of a category.")
        publication, ground = category.default_publication, category.default_ground
        if "publication" in case or "ground" in case:
            publication = _choice(case, "publication", among=Publication.values, default=Publication.OPEN)
            ground = _choice(case, "ground", among=Ground.values, default="")
            check_publication(publication, ground)
            check_not_opener_than_law(category.default_publication, publication)
        return CaseFacts(
            unit=self._unit_of(case),
            category=category,
            reported_at=self._moment(case, "reported_at"),
            publication=publication,
            ground=ground,
        )

    def _unit_of(self, case: Mapping[str, Any]) -> Organisation:
        if "unit" not in case:
            return self._unit
        unit = self._units.get(_text(case, "unit", longest=12))
        if unit is None:
            raise LineProblem("“unit” is not the code of a unit at or below the one that the import is for.")
        return unit

    def _step(self, entry: Any, category: Category) -> PastStep:
        _only(entry, _ENTRY, "an entry")
        at = self._moment(entry, "at")
        text_en, text_zh = (_text(entry, name, longest=LONGEST_TEXT, default="") for name in ("text_en", "text_zh"))
        detail = _text(entry, "detail", longest=LONGEST_DETAIL, default="")
        for text in (text_en, text_zh, detail):
            check_detail(text, names=())
        return PastStep(
            key=_text(entry, "key", longest=LONGEST_KEY),
            at=at,
            place=place_of("", at),
            status=_choice(entry, "status", among=WORKFLOWS[category.kind].statuses),
            text_en=text_en,
            text_zh=text_zh,
            detail=detail,
            ground=_choice(entry, "ground", among=Ground.values, default=""),
        )

    def _moment(self, values: Mapping[str, Any], name: str) -> datetime:
        try:
            moment = datetime.fromisoformat(_text(values, name, longest=40))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or moment.year < _FIRST_YEAR:
            raise LineProblem(f"“{name}” must be a moment with its offset such as 2026-03-02T10:00:00+08:00.")
        check_not_future(moment, now=self._now, field=name)
        return moment


def _only(values: Any, names: Collection[str], what: str) -> None:
    if not isinstance(values, dict):
        raise LineProblem(f"There is no object for {what}.")
    for name in values:
        if name not in names:
            raise LineProblem(f"“{name[:40]}” is not a member of {what}.")


def _text(values: Mapping[str, Any], name: str, *, longest: int, default: str | None = None) -> str:
    value = values.get(name, default)
    if not isinstance(value, str) or len(value) > longest or (default is None and not value.strip()):
        raise LineProblem(f"“{name}” must be text of {'1' if default is None else '0'} to {longest:,} characters.")
    return value


def _choice(values: Mapping[str, Any], name: str, *, among: Iterable[str], default: str | None = None) -> str:
    value = values.get(name, default)
    if value not in among and (default is None or value != default):
        raise LineProblem(f"“{name}” must be one of: {', '.join(among)}.")
    return str(value)
