"""``docs/security.md`` and ``docs/asvs.toml`` promise only what a test of the suite proves."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ASVS = ROOT / "docs" / "asvs.toml"
NODE = re.compile(r"`(tests/[\w/]+\.py::[\w:]+)`")
HEAD = "| promise | proved by |"
STATES = {"done", "part", "later", "operator", "not applicable"}


def promises():
    """Return each promise of the page with the tests that it names."""
    found, is_table = [], False
    for line in PAGE.splitlines():
        if line == HEAD:
            is_table = True
        elif not line.startswith("|"):
            is_table = False
        elif is_table and not line.startswith("| ---"):
            promise, proofs = line.strip("| ").rsplit(" | ", 1)
            found.append(pytest.param(promise, NODE.findall(proofs), id=promise[:60]))
    return found


@cache
def names_in(path):
    """Return the names of the tests in a file; those of a class as ``Class::test``."""
    found = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}


def is_there(node):
    path, _, name = node.partition("::")
    return (ROOT / path).is_file() and name in names_in(path)


def rows():
    return tomllib.loads(ASVS.read_text(encoding="utf-8"))["requirement"]


@pytest.mark.parametrize(("promise", "proofs"), promises())
def test_every_promise_names_a_test_that_there_is(promise, proofs):
    assert promise.endswith(".")
    assert proofs, "a promise without a test is a wish"
    assert [node for node in proofs if not is_there(node)] == []


def test_the_page_makes_many_promises_and_says_what_it_does_not_promise():
    assert len(promises()) > 40
    assert "## Not promised yet" in PAGE


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_every_requirement_has_a_state_and_what_is_done_a_test(row):
    """A row that claims to be done without a test fails, and so does one that is not done without a reason."""
    assert faults_of(row) == []


def faults_of(row):
    faults = [f"unknown word {name}" for name in set(row) - {"id", "level", "says", "state", "tests", "why"}]
    if row["state"] not in STATES or row["level"] not in {1, 2, 3} or not re.fullmatch(r"\d+\.\d+\.\d+", row["id"]):
        faults.append("state, level or number")
    if row["state"] == "done" and not row.get("tests"):
        faults.append("done without a test")
    if row["state"] != "done" and not row.get("why"):
        faults.append("no reason")
    return faults + [f"no such test: {node}" for node in row.get("tests", []) if not is_there(node)]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"state": "done"}, "done without a test"),
        (
            {"state": "done", "tests": ["tests/test_leaks.py::test_that_never_was"]},
            "no such test: tests/test_leaks.py::test_that_never_was",
        ),
        ({"state": "done", "tests": ["tests/nowhere.py::test_x"]}, "no such test: tests/nowhere.py::test_x"),
        ({"state": "later"}, "no reason"),
        ({"state": "nearly", "why": "x"}, "state, level or number"),
    ],
)
def test_a_row_that_claims_too_much_is_found(row, fault):
    assert fault in faults_of({"id": "1.2.3", "level": 1, "says": "x"} | row)


def test_each_requirement_stands_once_and_in_order():
    numbers = [tuple(map(int, row["id"].split("."))) for row in rows()]

    assert numbers == sorted(set(numbers))
