"""Writes ``docs/permissions.md``: the rule in words, one part for each kind of person, so that it can be read and argued about."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from tests.matrix.rules import ABOVE, GATES, LIKE, NOT_SIGNED_IN, ONE_FACTOR, ROLES, ROOT, Deed, Route, read

PAGE = ROOT / "docs" / "permissions.md"
_HEAD = """# Who may do what

Written by `python -m tests.matrix` from the rule in `docs/permissions/`; a test compares the two. `tests/matrix` asks the site
itself: every address, every method, every kind of person below, about their own thing, another's and another bureau's. "Of a unit"
means of the unit of the post and of those below it.

Whoever is not signed in is sent to sign in (pages) or answered 401 (programs). What somebody may not know of answers like what
does not exist (404); what they know of and may not do is refused (403). A refused call changes nothing.
"""
_NAMES = {
    "anonymous": ("Anybody", "With or without signing in, on any device."),
    ONE_FACTOR: ("Officer who gave a password only", "Gets as far as giving or setting up the second factor."),
    "resident": ("Resident", "A person who signed in as themselves."),
    "officer-without-post": ("Every officer", "Signed in with two factors; what follows needs no post."),
    "head-of-branch": (
        "Head of the unit above",
        "A head of unit whose post is at a branch: all that a head of unit may, of the units below, and this.",
    ),
    "auditor-of-bureau": (
        "Auditor of the bureau",
        "An auditor whose post is at the bureau: all that an auditor may, of every unit of it, and this.",
    ),
    "feed": ("Feed", "A case system of the police, which signs each request with its key."),
    "kiosk": ("Kiosk", "A terminal of a neighbourhood, which signs each request with its key."),
}


def render() -> str:
    """Return the page."""
    rules = read()
    order = ["anonymous", "resident", ONE_FACTOR, "officer-without-post", *ROLES, *ABOVE, *LIKE, "feed", "kiosk"]
    return _HEAD + "".join(_part(rules, caller) for caller in order)


def _part(rules: list[Route], caller: str) -> str:
    already = _implied(rules, caller)
    lines = [line for line in dict.fromkeys(_lines(rules, caller)) if line not in already]
    if not lines:
        lines = ["- nothing yet"]
    title, purpose = _name(caller)
    return f"\n## {title}\n\n{purpose}\n\n" + "\n".join(lines) + "\n"


def _implied(rules: list[Route], caller: str) -> set[str]:
    """What a part above says already: of everybody, of every officer, or of the same role at the unit itself."""
    above = {
        "anonymous": [],
        "feed": [],
        "kiosk": [],
        ONE_FACTOR: ["anonymous"],
        "resident": ["anonymous"],
        "officer-without-post": ["anonymous"],
    }
    others = above.get(caller, ["anonymous", "officer-without-post", *([(ABOVE | LIKE)[caller]] if caller in ABOVE | LIKE else [])])
    if caller in {"feed", "kiosk"}:
        others = ["anonymous"]
    return {line for other in others for line in _lines(rules, other)}


def _lines(rules: Iterable[Route], caller: str) -> list[str]:
    faces: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        for method, deed in rule.deeds.items():
            if deed.does and _may(rule, method, deed, caller):
                faces.setdefault((deed.does, _of_what(deed, rule, caller)), set()).add("program" if rule.is_api else "page")
    return [f"- {does}{of} ({' and '.join(sorted(where))})" for (does, of), where in faces.items()]


def _may(rule: Route, method: str, deed: Deed, caller: str) -> bool:
    return rule.expected(method, caller, "own") in {"done", deed.answer} and caller in {*deed.may["own"], *GATES[rule.gate]}


def _of_what(deed: Deed, rule: Route, caller: str) -> str:
    if not rule.about or caller in {*NOT_SIGNED_IN, "resident"}:
        return ""
    if caller in deed.may["foreign"]:
        return ", of any bureau"
    return ", of any unit of the bureau" if caller in deed.may["other"] else ""


def _name(caller: str) -> tuple[str, str]:
    if caller in _NAMES:
        return _NAMES[caller]
    roles = yaml.safe_load((ROOT / "seeds" / "accounts" / "roles.yaml").read_text(encoding="utf-8"))
    role = next(role for role in roles if role["code"] == caller)
    return role["title"]["en"], role["purpose"]["en"]
