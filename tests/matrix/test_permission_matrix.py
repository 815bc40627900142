"""Who may do what: ``docs/permissions`` is the rule, and the site does as it says, for every address, method, caller and whose thing."""

from __future__ import annotations

import dataclasses
import re

import pytest
import yaml

from tests.matrix.checking import check, unlisted
from tests.matrix.document import PAGE, render
from tests.matrix.rules import RuleIsWrong, read

pytestmark = pytest.mark.django_db

RULES = read()
FILES = sorted({route.file for route in RULES})


def rule_of(route):
    return next(rule for rule in RULES if rule.route == route)


def test_every_address_has_its_line_in_the_rule_and_every_line_its_address():
    assert not unlisted(RULES), "\n".join(["", *unlisted(RULES)])


@pytest.mark.parametrize("file", FILES)
def test_the_site_lets_everybody_do_what_the_rule_says_and_nothing_else(world, file):
    findings = check(world, [route for route in RULES if route.file == file])

    assert not findings, "\n".join(["", *findings])


def test_the_page_of_permissions_says_what_the_rule_says():
    assert PAGE.read_text(encoding="utf-8") == render(), "write it anew: python -m tests.matrix"


def test_whatever_a_page_and_a_program_do_alike_the_same_people_may():
    """Two faces, one behaviour: what has the same words in both has the same rule in both."""
    may = {}
    for rule in RULES:
        for deed in rule.deeds.values():
            if deed.does and rule.about in {"a case", "a unit"}:
                may.setdefault(deed.does, {}).setdefault(rule.is_api, set()).add(deed.may["own"] - {"resident"})

    differ = {does: faces for does, faces in may.items() if len(faces) == 2 and faces[True] != faces[False]}
    assert not differ


# --- the matrix finds what it is there to find ------------------------------------------------------------------------


@pytest.fixture
def broken(settings):
    settings.ROOT_URLCONF = "tests.matrix.broken"


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(
    ("route", "finding"),
    [
        ("desk/cases/<str:reference>/", r"GET .* as anonymous.*: the rule says sign-in, the site answered done \(200\)"),
        ("desk/cases/<str:reference>/take/", r"POST .* as supervisor, foreign: the rule says hidden, the site answered done"),
        ("desk/cases/<str:reference>/take/", r"POST .* as auditor, own: the rule says refused, the site answered done"),
        ("desk/find/", r"GET .* as clerk: the answer names C-[0-9A-Z-]+, .*which the caller may not know of"),
        ("desk/cases/<str:reference>/code/", r"GET .* as clerk, own: answered done, yet it wrote to cases_category"),
        ("desk/feeds/", r"GET .* as clerk: answered refused, yet it wrote to cases_category"),
        ("api/v1/cases/<str:reference>/news/", r"POST .* as anonymous.*: the rule says sign-in, the site answered done"),
        ("api/v1/cases/<str:reference>/news/", r"POST .* as handling-officer, own: answered done, yet nothing was changed"),
    ],
)
def test_a_view_with_a_hole_turns_the_matrix_red(world, route, finding):
    for whose in ("own", "other", "foreign"):
        world.get("case", whose)

    findings = check(world, [rule_of(route)])

    assert [each for each in findings if re.match(finding, each)], findings


@pytest.mark.usefixtures("broken")
def test_an_address_that_nobody_thought_of_fails_and_says_what_to_write():
    (message,) = unlisted(RULES)

    assert "desk/nobody-thought-of-this/ is in no file of docs/permissions: write there who may do what with it" in message


def test_a_line_about_an_address_that_is_gone_fails():
    gone = dataclasses.replace(rule_of("desk/find/"), route="desk/gone/")

    assert unlisted([*RULES, gone]) == ["desk/gone/ stands in docs/permissions and is no address of the site"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"GET": {"does": "x", "may": ["clerks"]}}, "nobody is called"),
        ({"GET": {"does": "x"}}, "say who may"),
        ({"GET": {"dose": "x", "may": []}}, "no such word"),
        ({"LOOK": {"does": "x", "may": []}}, "no such word"),
        ({"gate": "staff", "GET": {"does": "x", "may": []}}, "is none of"),
        ({"GET": {"does": "x", "may": [], "otherwise": "closed"}}, "is none of"),
    ],
)
def test_a_rule_that_is_misspelt_is_refused(tmp_path, wrong, message):
    document = {"title": "x", "gate": "officers", "routes": {"x/": wrong}}
    (tmp_path / "x.yaml").write_text(yaml.safe_dump(document))

    with pytest.raises(RuleIsWrong, match=message):
        read(tmp_path)


def test_a_rule_that_is_said_twice_is_refused(tmp_path):
    for name in ("a", "b"):
        document = {"title": name, "gate": "anybody", "routes": {"x/": {"GET": {"does": "x"}}}}
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(document))

    with pytest.raises(RuleIsWrong, match="said twice"):
        read(tmp_path)
