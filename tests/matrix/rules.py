"""The rule as it is written in ``docs/permissions``: who may do what, and what everybody else is answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "permissions"
ROLES = tuple(role["code"] for role in yaml.safe_load((ROOT / "seeds" / "accounts" / "roles.yaml").read_text(encoding="utf-8")))

# Who asks. The post of a role is at a station, but for those below, which a unit above holds.
NOT_SIGNED_IN = ("anonymous", "receipt", "disabled-officer")
KEYS = ("feed", "kiosk")
RESIDENTS = ("resident",)
ABOVE = {"head-of-branch": "supervisor"}
# Holds a post of the role at the bureau: may there what the role may at a unit, with every unit of the bureau.
LIKE = {"auditor-of-bureau": "auditor"}
OF_BUREAU = ("feed-manager",)  # what they look after is the whole bureau's
OFFICERS = ("officer-without-post", *ROLES, *ABOVE, *LIKE)
ONE_FACTOR = "one-factor-officer"
CALLERS = (*NOT_SIGNED_IN, *KEYS, ONE_FACTOR, *RESIDENTS, *OFFICERS)

WHOSE = ("own", "other", "foreign")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
GATES = {
    "anybody": CALLERS,
    "signed-in": (*RESIDENTS, *OFFICERS),
    "residents": RESIDENTS,
    "officers": OFFICERS,
    "feeds": ("feed",),
    "kiosks": ("kiosk",),
}
OUTCOMES = ("done", "invalid", "sign-in", "second-factor", "confirm", "refused", "hidden", "no-method")
_OF_FILE = {"title", "below", "groups", "routes"}
_OF_ROUTE = {"gate", "about", "whose", "with", "known_to", "otherwise", "one_factor", "every_method", "groups"}
_OF_DEED = {"does", "may", "whose", "elsewhere", "known_to", "otherwise", "send", "shows", "changes", "answers", "answer", "step_up"}


class RuleIsWrong(ValueError):
    """A file of rules that cannot be read as meant."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One method of one address. ``may`` says who, for own, other's and another bureau's thing; ``answer`` is what they get."""

    does: str
    may: dict[str, frozenset[str]]
    known_to: frozenset[str]
    otherwise: str
    whose: tuple[str, ...]
    elsewhere: str
    send: Any
    shows: tuple[str, ...]
    changes: bool | str
    answer: str
    answers: dict[str, str]
    is_step_up: bool


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address: who gets as far as its view at all, what it is about, and its deeds by method."""

    route: str
    file: str
    title: str
    gate: str
    about: str
    whose: tuple[str, ...]
    kwargs: dict[str, Any]
    one_factor: bool
    every_method: str
    deeds: dict[str, Deed] = field(default_factory=dict)

    @property
    def is_api(self) -> bool:
        """Whether programs call it."""
        return self.route.startswith("api/")

    def expected(self, method: str, caller: str, whose: str = "own") -> str:
        """Return what the rule wants the caller to be answered."""
        if self.every_method:
            return self.every_method
        deed = self.deeds.get("GET" if method == "HEAD" else method)
        if deed and caller in deed.answers:
            return deed.answers[caller]
        if stopped := self._stopped_at_the_gate(caller):
            return stopped
        if deed is None:
            return "no-method"
        if caller in LIKE and caller not in deed.may[whose]:
            caller, whose = LIKE[caller], "own" if whose == "other" else whose
        return _expected_beyond_the_gate(deed, caller, whose)

    def _stopped_at_the_gate(self, caller: str) -> str:
        if caller in GATES[self.gate] and caller != ONE_FACTOR:
            return ""
        if self.gate == "anybody" or (caller == ONE_FACTOR and self.one_factor):
            return ""
        if self.gate in {"feeds", "kiosks"} or caller in NOT_SIGNED_IN or caller in KEYS:
            return "sign-in"
        return "second-factor" if caller == ONE_FACTOR else "hidden"


def _expected_beyond_the_gate(deed: Deed, caller: str, whose: str) -> str:
    if caller in deed.may[whose]:
        return deed.answer
    if whose == "own" and caller in deed.known_to:
        return "refused"
    # Whoever may with their own thing gets this far with another's, too.
    return deed.elsewhere if deed.elsewhere and caller in deed.may["own"] else deed.otherwise


def read(folder: Path = FOLDER) -> list[Route]:
    """Return every route of every file; raise :class:`RuleIsWrong` for what is misspelt or said twice."""
    routes = [route for path in sorted(folder.glob("*.yaml")) for route in _routes_of(path)]
    twice = {route.route for route in routes if sum(other.route == route.route for other in routes) > 1}
    if twice:
        raise RuleIsWrong(f"said twice: {sorted(twice)}")
    return routes


def _routes_of(path: Path) -> Iterator[Route]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    of_file = {name: document[name] for name in document if name not in _OF_FILE}
    _check(f"{path.name}", of_file, _OF_ROUTE)
    groups = document.get("groups", {})
    for below, given in document["routes"].items():
        where = f"{path.name}: {document.get('below', '')}{below}"
        deeds = {name: value for name, value in given.items() if name.isupper()}
        of_route = {name: value for name, value in given.items() if name not in deeds}
        _check(where, of_route, _OF_ROUTE)
        _check(where, deeds, {*METHODS})
        merged = {**of_file, **of_route}
        yield Route(
            route=document.get("below", "") + below,
            file=path.stem,
            title=document["title"],
            gate=_one_of(where, merged.get("gate"), GATES),
            about=merged.get("about", ""),
            whose=tuple(merged.get("whose", WHOSE)) if merged.get("about") else ("own",),
            kwargs={**of_file.get("with", {}), **given.get("with", {})},
            one_factor=merged.get("one_factor", False),
            every_method=merged.get("every_method", ""),
            deeds={method: _deed(where, method, merged, deed, groups | merged.get("groups", {})) for method, deed in deeds.items()},
        )


def _deed(where: str, method: str, route: dict[str, Any], given: dict[str, Any], groups: dict[str, list[str]]) -> Deed:
    _check(f"{where} {method}", given, _OF_DEED)
    everybody = {"anybody": ("anybody",), "signed-in": ("signed-in",)}.get(route["gate"], ())
    everybody += (ONE_FACTOR,) if route.get("one_factor") else ()
    may = given.get("may", everybody)
    if not may and "may" not in given:
        raise RuleIsWrong(f"{where} {method}: say who may")
    by_whose = may if isinstance(may, dict) else dict.fromkeys(WHOSE, may) if may is everybody else {"own": may}
    known_to = given.get("known_to", route.get("known_to", []))
    return Deed(
        does=given["does"],
        may={whose: _people(where, by_whose.get(whose, ()), groups) for whose in WHOSE},
        known_to=_people(where, known_to, groups),
        otherwise=_one_of(where, given.get("otherwise", route.get("otherwise", "hidden")), OUTCOMES),
        whose=tuple(given.get("whose", ())),
        elsewhere=_one_of(where, given["elsewhere"], OUTCOMES) if "elsewhere" in given else "",
        send=given.get("send"),
        shows=tuple(given.get("shows", ())),
        changes=_one_of(where, given.get("changes", method != "GET"), (True, False, "maybe")),
        answer=_one_of(where, given.get("answer", "done"), OUTCOMES),
        answers=_by_caller(where, given.get("answers", {}), groups),
        is_step_up=given.get("step_up", False),
    )


def _by_caller(where: str, given: dict[str, str], groups: dict[str, list[str]]) -> dict[str, str]:
    return {caller: _one_of(where, outcome, OUTCOMES) for name, outcome in given.items() for caller in _people(where, [name], groups)}


def _people(where: str, names: Iterable[str], groups: dict[str, list[str]]) -> frozenset[str]:
    known = {**groups, "anybody": CALLERS, "signed-in": GATES["signed-in"], "officers": OFFICERS}
    people: set[str] = set()
    for name in names:
        people |= set(known.get(name, (name,)))
    if unknown := people - set(CALLERS):
        raise RuleIsWrong(f"{where}: nobody is called {sorted(unknown)}; there are {sorted({*CALLERS, *known})}")
    return frozenset(people)


def _check(where: str, given: Iterable[str], known: set[str]) -> None:
    if unknown := set(given) - known:
        raise RuleIsWrong(f"{where}: no such word as {sorted(unknown)}; there are {sorted(known)}")


def _one_of(where: str, value: Any, known: Iterable[Any]) -> Any:
    if value not in known:
        raise RuleIsWrong(f"{where}: {value!r} is none of {list(known)}")
    return value
