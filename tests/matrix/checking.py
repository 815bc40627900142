"""Holds the site against the rule and says in words where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.matrix.addresses import patterns
from tests.matrix.asking import Answer, ask
from tests.matrix.rules import CALLERS, KEYS, LIKE, METHODS, NOT_SIGNED_IN, ONE_FACTOR, ROLES, Deed, Route
from tests.matrix.world import EVERY_POST, STALE, World

# Who is asked about methods that nobody may use: one for each way to be stopped, and one whom nothing else stops.
FOR_OTHER_METHODS = ("anonymous", "resident", EVERY_POST, *KEYS)
FOR_HEAD = ("anonymous", "resident", "supervisor")
# What is open to anybody, or to whoever is signed in, looks at nobody's post.
FOR_PUBLIC = ("anonymous", "receipt", "disabled-officer", ONE_FACTOR, "resident", "officer-without-post", "supervisor", *KEYS)
DENIED = frozenset({"sign-in", "second-factor", "confirm", "refused", "hidden"})
# Roles of other trades. Which of them stands for the others is nothing the site knows of, so all are asked, but not everything twice.
_POWERLESS = frozenset(ROLES)
STOPPED = DENIED | {"no-method"}
_STANDS_FOR = {EVERY_POST: "supervisor"}


def unlisted(rules: Iterable[Route]) -> list[str]:
    """Return what is wrong between the URLconf and the rule: addresses without a line, lines without an address."""
    ruled, real = {rule.route for rule in rules}, [route for route, _pattern in patterns()]
    missing = [
        f"{route or '/'} is in no file of docs/permissions: write there who may do what with it, and how everybody else is answered"
        for route in real
        if route not in ruled
    ]
    return missing + [f"{route or '/'} stands in docs/permissions and is no address of the site" for route in sorted(ruled - set(real))]


def check(world: World, rules: Iterable[Route]) -> list[str]:
    """Return every difference between what the rule says and what the site does."""
    return [finding for rule in rules for finding in _check_route(world, rule)]


def _check_route(world: World, rule: Route) -> Iterator[str]:
    for method, deed in rule.deeds.items():
        for caller in _callers(rule, method):
            for whose in _whose(rule, method, caller):
                yield from _compare(world, rule, method, caller, whose)
        if deed.is_step_up:
            yield from _check_step_up(world, rule, method)
    for method in sorted({*METHODS, "TRACE"} - set(rule.deeds)):
        for caller in FOR_OTHER_METHODS if method == "PUT" else (EVERY_POST, "resident"):
            yield from _compare(world, rule, method, caller, "own")
    for caller in FOR_HEAD if "GET" in rule.deeds else ():
        yield from _compare(world, rule, "HEAD", caller, "own")


def _callers(rule: Route, method: str) -> list[str]:
    callers = FOR_PUBLIC if rule.gate in {"anybody", "signed-in"} and not rule.about else CALLERS
    return [caller for caller in callers if method != "GET" or not _is_asked_by_post(rule, rule.deeds[method], caller)]


def _is_asked_by_post(rule: Route, deed: Deed, caller: str) -> bool:
    """Who may neither see a form nor send it is asked by sending it, which could do more."""
    post = rule.deeds.get("POST")
    return caller in _POWERLESS and post is not None and post.may == deed.may and caller not in deed.known_to.union(*deed.may.values())


def _whose(rule: Route, method: str, caller: str) -> tuple[str, ...]:
    """Who may nothing with their own unit's thing is asked once; for what is others', one officer without a post stands for all of them."""
    deed = rule.deeds[method]
    whose = deed.whose or rule.whose
    reaches = deed.known_to.union(*deed.may.values(), {"resident", "officer-without-post"})
    return whose if LIKE.get(caller, caller) in reaches else whose[:1]


def _compare(world: World, rule: Route, method: str, caller: str, whose: str) -> Iterator[str]:
    wanted = rule.expected(method, _STANDS_FOR.get(caller, caller), whose)
    answer = ask(world, rule, method, caller, whose)
    about = f", {whose}" if rule.about else ""
    where = f"{method} /{rule.route} as {caller}{about}"
    # In a method that the rule does not name nobody gets anywhere; which of the fences is met first is all the same.
    is_stopped = wanted != "done" and answer.outcome in STOPPED and method not in {*rule.deeds, "HEAD"}
    if answer.outcome != wanted and not is_stopped:
        yield f"{where}: the rule says {wanted}, the site answered {answer.outcome} ({answer.status})"
    if answer.leaked:
        yield f"{where}: the answer names {', '.join(answer.leaked)}, which the caller may not know of"
    yield from (f"{where}: {fault}" for fault in (*_faults_of_writing(rule, method, answer), *answer.bare))


def _check_step_up(world: World, rule: Route, method: str) -> Iterator[str]:
    """Who may, but has not proved for more than five minutes who they are, is asked to do so first."""
    for caller in sorted(rule.deeds[method].may["own"] - {*KEYS, *NOT_SIGNED_IN}):
        answer = ask(world, rule, method, STALE + caller, "own")
        if answer.outcome not in {"confirm", "refused"} or answer.changed:
            yield f"{method} /{rule.route} as {caller}, who has not confirmed lately: the site answered {answer.outcome} ({answer.status})"


def _is_a_refusal(rule: Route, method: str) -> bool:
    """Whether being stopped there refuses somebody something. It does not where nothing is, and on the way through a sign-in."""
    deed = rule.deeds.get("GET" if method == "HEAD" else method)
    return rule.every_method != "hidden" and rule.file != "accounts" and (deed is None or deed.answer == "done")


def _faults_of_writing(rule: Route, method: str, answer: Answer) -> Iterator[str]:
    deed = rule.deeds.get(method)
    changes = deed.changes if deed and answer.outcome == "done" else False
    if answer.changed and not changes:
        yield f"answered {answer.outcome}, yet it wrote to {', '.join(sorted(answer.changed))}"
    if answer.outcome in DENIED and _is_a_refusal(rule, method) and answer.audit_rows != 1:
        yield f"answered {answer.outcome}, which is a denial, with {answer.audit_rows} audit rows instead of one"
    if changes is True and not answer.changed:
        yield "answered done, yet nothing was changed: what the rule sends is refused, or say `changes: false`"
