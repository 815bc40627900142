"""The glossary says what the code and the catalogue say: every identifier is there, every label the one that people see."""

import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from django.utils import translation

from cases.domain.statuses import Status
from portal.translations import half_width_punctuation

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<chinese>[^|]+) \| `(?P<identifier>[^`]+)` \| (?P<meaning>[^|]+) \|$")
VALUES_OF = re.compile(r"Values of `([\w.]+)`")
CODES_IN = re.compile(r"Codes in `([\w./]+)`")
HEAD = ("| term | Chinese | identifier | meaning |", "|---|---|---|---|")


def read_glossary():
    """Return ``{what the rows are of: rows}``: a path of choices, a path of a seed file, or "" for identifiers of the code."""
    tables, of = {"": []}, ""
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        if named := VALUES_OF.match(line) or CODES_IN.match(line):
            of = named.group(1)
        elif line.startswith("## "):
            of = ""
        elif line.startswith("|") and line not in HEAD:
            row = ROW.match(line)
            assert row, line
            tables.setdefault(of, []).append(row.groupdict())
    return tables


TABLES = read_glossary()
CHOICES = {of: rows for of, rows in TABLES.items() if of and "/" not in of}


def find(path):
    """Return the module, class or attribute that a dotted path names; a field of a model counts as one."""
    names, found = path.split("."), None
    for at, name in enumerate(names):
        found = getattr(found, name) if hasattr(found, name) else import_module(".".join(names[: at + 1]))
    return found


@pytest.mark.parametrize("row", TABLES[""], ids=lambda row: row["term"])
def test_each_word_names_something_in_the_code(row):
    assert find(row["identifier"]) is not None


@pytest.mark.parametrize(("of", "rows"), CHOICES.items(), ids=CHOICES)
def test_each_list_is_whole_and_says_what_people_read(of, rows):
    labels = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            labels[language] = {value: str(label) for value, label in find(of).choices}

    assert [(row["identifier"], row["term"], row["chinese"]) for row in rows] == [
        (value, label, labels["zh-hans"][value]) for value, label in labels["en"].items()
    ]


def test_the_posts_are_those_of_the_seeds():
    (of,) = (of for of in TABLES if "/" in of)
    roles = yaml.safe_load((ROOT / of).read_text(encoding="utf-8"))

    assert [(row["identifier"], row["term"], row["chinese"]) for row in TABLES[of]] == [
        (role["code"], role["title"]["en"], role["title"]["zh"]) for role in roles
    ]


def test_the_statuses_are_among_the_lists():
    assert f"{Status.__module__}.{Status.__qualname__}" in CHOICES


def test_chinese_words_have_chinese_marks():
    rows = [row for rows in TABLES.values() for row in rows]

    assert [row for row in rows if half_width_punctuation(row["chinese"])] == []
