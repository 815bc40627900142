"""Marks between two values come from the catalogue: a Latin colon or bracket beside Chinese is wrong (GB/T 15834)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Names and values of fields, for auditors, as they stand in the database.
OF_MACHINES = "_deeds.html"
TEMPLATES = sorted(
    path
    for folder in ("foundation", "cases", "portal")
    for path in (ROOT / folder).glob("**/templates/**/*.html")
    if path.name != OF_MACHINES
)
TRANSLATED = re.compile(r"{%\s*blocktranslate.*?endblocktranslate\s*%}|{#.*?#}", re.DOTALL)
LATIN_MARK = re.compile(r"[%}]}(?:</?\w+>)*(?:[:,;] | \(|\. )(?:</?\w+>)*{[{%]")


def test_the_rule_finds_what_it_is_for():
    assert LATIN_MARK.search("{{ name }}: {{ value }}")
    assert LATIN_MARK.search('{% translate "Withheld" %}</strong>: {{ ground }}')
    assert not LATIN_MARK.search("{{ name }} {{ value }}")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_sets_latin_marks_between_values(path):
    assert LATIN_MARK.findall(TRANSLATED.sub(" ", path.read_text(encoding="utf-8"))) == []
