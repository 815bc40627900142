"""No operation without an audit row, none without the right it was done by: found by following the calls through the source."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("foundation", "cases")
RECORDS = {"record_action", "insert_deed", "record_look", "record_looks", "record_denial"}
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "execute", "copy_rows"}
# Functions that decide nothing a person asked for, or that are a part of an operation which records the deed: each with its reason.
WITHOUT_AUDIT = {
    "foundation.accounts.operations.change_contact.write_phone": "a part of the operations that change a contact",
    "foundation.accounts.operations.end_sign_ins.close_sign_ins": "a part of the operations that end sign-ins",
    "foundation.accounts.operations.grant_role.grant_role": "a part of the operations that give posts",
    "foundation.accounts.operations.grant_role.revoke_role": "a part of the operations that take posts away",
    "foundation.accounts.operations.invite_officer.withdraw_invitations": "a part of the operations that end invitations",
    "foundation.documents.operations.seal_document": "draws what was issued; the deed is the issue",
    "foundation.devices.operations.hear_heartbeat": "a terminal says each minute that it is there",
    "foundation.mandates.operations.enter_person.enter_person": "a part of the operations that enter a mandate",
    "foundation.mandates.operations.exclude_person": "a part of the operations of services, which have the right and write the row",
    "foundation.audit.operations.forget_watches": "forgets counts that mean nothing any more",
    "foundation.accounts.operations.change_phone.forget_old_changes": "forgets requests that are over",
    "foundation.accounts.operations.change_phone.stop_waiting": "a part of the operations that change a number",
    "foundation.accounts.operations.sign_in_by_identity.account_of": "a part of the operations that sign in",
    "foundation.accounts.operations.sign_in_by_identity.link": "a part of the operations that sign in",
    "foundation.one_time_codes.operations": "asked for by nobody yet; what the code opens writes the row, or the page that refuses it",
    "cases.operations.append_entry": "a part of the operations that append a step",
    "cases.operations.exchange_streams": "takes locks and reads",
    "cases.operations.rebuild_figures": "derives figures from what was recorded",
    "cases.operations.recompute_deadlines": "derives dates from what was recorded",
    "cases.operations.refresh_figures": "derives figures from what was recorded",
    "cases.operations.register_report.enter_party": "a part of the operations that enter a party",
    "foundation.inquiries.operations.issue_code": "a part of the operation that hands a code out",
    "foundation.inquiries.operations.revoke_code": "a part of the operation that hands a code out",
    "foundation.limits.operations": "forgets counters that mean nothing any more",
    "foundation.inquiries.operations.rotate_code": "a part of the operation that hands a code out",
    "cases.operations.release_quarantine.locked_feed_for": "takes a lock and checks",
    "foundation.transparency.operations": "seals and publishes what operations recorded",
    "foundation.notifications.operations.notify": "a part of what an event has people told of",
    "foundation.notifications.operations.hand_on": "a part of what an event has people told of",
    "foundation.notifications.operations.hide_notices": "a part of the operations that change how somebody may be told",
    "foundation.notifications.operations.take_delivery": "carries on what an operation recorded",
    "foundation.notifications.operations.put_back": "carries on what an operation recorded",
    "foundation.notifications.operations.record_result": "carries on what an operation recorded",
    "foundation.notifications.operations.record_report": "writes down what a provider says of what an operation recorded",
    "foundation.notifications.operations.read_notices": "notes on the reader's own message that they read it",
    "foundation.outbox.operations.relay_event": "carries on what an operation recorded",
    "foundation.outbox.operations.take_events": "carries on what an operation recorded",
}


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def sources():
    return {module_of(path): ast.parse(path.read_text()) for package in PACKAGES for path in (ROOT / package).rglob("*.py")}


@cache
def imports_of(tree):
    """Local name -> (module, name) of what comes from the hall's own modules."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            found |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    return found


@cache
def functions_of(tree):
    """Every function and method of a module, by its bare name."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, []).append(node)
    return found


def records(module, name, trees, seen=None):
    """Whether the function, or one that it calls, writes an audit or access row."""
    seen = set() if seen is None else seen
    if (module, name) in seen or module not in trees:
        return False
    seen.add((module, name))
    imports, own = imports_of(trees[module]), functions_of(trees[module])
    for function in own.get(name, ()):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if called in RECORDS:
                return True
            if called in imports and records(*imports[called], trees, seen):
                return True
            if called in own and records(module, called, trees, seen):
                return True
            # A method: looked for in the classes that the module imports.
            if isinstance(call.func, ast.Attribute) and any(
                records(other, called, trees, seen) for other in {origin for origin, _name in imports.values()} if ".operations" in other
            ):
                return True
    return False


def writes(module, name, trees, seen=None):
    """Whether the function, or an operation that it is made of, changes a table."""
    seen = set() if seen is None else seen
    if (module, name) in seen or module not in trees:
        return False
    seen.add((module, name))
    imports, own = imports_of(trees[module]), functions_of(trees[module])
    for call in (node for function in own.get(name, ()) for node in ast.walk(function) if isinstance(node, ast.Call)):
        called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if isinstance(call.func, ast.Attribute) and called in WRITES:
            return True
        if called in own and writes(module, called, trees, seen):
            return True
        if called in imports and ".operations." in imports[called][0] and writes(*imports[called], trees, seen):
            return True
    return False


def operations(trees):
    for module, tree in trees.items():
        if ".operations." in module:
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and writes(module, node.name, trees):
                    yield module, node.name


def rowless(trees):
    return [f"{module}.{name}" for module, name in operations(trees) if not records(module, name, trees)]


def is_excused(module, name):
    own = f"{module}.{name}"
    return any(own == each or own.startswith(f"{each}.") for each in WITHOUT_AUDIT)


def without_audit(trees):
    return [f"{module}.{name}" for module, name in operations(trees) if not is_excused(module, name) and not records(module, name, trees)]


def without_right(trees):
    """Every call of ``record_action`` that passes no capability, or an empty one."""
    found = []
    for module, tree in trees.items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_action"):
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            right = given.get("capability")
            if right is None or (isinstance(right, ast.Constant) and not right.value):
                found.append(f"{module}:{call.lineno}")
    return found


def test_every_operation_leaves_an_audit_row():
    assert without_audit(sources()) == []


def test_every_audit_row_says_by_what_right():
    assert without_right(sources()) == []


@pytest.mark.parametrize("excused", sorted(WITHOUT_AUDIT))
def test_an_excuse_excuses_something(excused):
    assert any(each == excused or each.startswith(f"{excused}.") for each in rowless_now())


@cache
def rowless_now():
    return tuple(rowless(sources()))


def newly_without(trees):
    return {each for each in rowless(trees) if each not in rowless_now()}


def broken(module, before, after):
    text = (ROOT / (module.replace(".", "/") + ".py")).read_text()
    assert before in text
    return sources() | {module: ast.parse(text.replace(before, after))}


def test_an_operation_that_forgets_its_row_is_found():
    """The check can fail."""
    trees = broken("cases.operations.take_case", "record_action(", "print(")

    assert newly_without(trees) == {"cases.operations.take_case.take_case"}


def test_an_operation_whose_helper_forgets_the_row_is_found():
    trees = broken("cases.operations.move_deadline", 'record_action(actor=actor, action=f"case.{kind}"', "print(actor")

    assert newly_without(trees) == {"cases.operations.move_deadline.stop_clock", "cases.operations.move_deadline.resume_clock"}


@pytest.mark.parametrize("after", ["", ' capability="",'])
def test_a_row_without_its_right_is_found(after):
    assert len(without_right(broken("cases.operations.take_case", " capability=PUBLISH,", after))) == 1
