"""The catalogue: nothing untranslated, nothing that differs in what it fills in, Chinese written as Chinese."""

import gettext
import os

import pytest

from portal import translations

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
a = _("Hello %(name)s")
b = ngettext("%(count)s case", "%(count)s cases", 3)
c = pgettext("verb", "Post")
"""
TEMPLATE = """{% load i18n %}{% translate "From a page" %}{% blocktranslate trimmed with day=on %}
  Until {{ day }}
{% endblocktranslate %}"""


@pytest.fixture
def house(tmp_path):
    (tmp_path / "cases" / "templates" / "cases").mkdir(parents=True)
    (tmp_path / "cases" / "words.py").write_text(PYTHON)
    (tmp_path / "cases" / "templates" / "cases" / "page.html").write_text(TEMPLATE)
    return tmp_path


@pytest.fixture
def catalogue(house):
    path = house / "django.po"
    translations.extract(path, house)
    return path


def fill(path, **texts):
    content = path.read_text()
    for english, chinese in texts.items():
        content = content.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')
    path.write_text(content)


WHOLE = {"Hello %(name)s": "%(name)s，您好", "Post": "张贴", "From a page": "来自页面", "Until %(day)s": "直到%(day)s"}


@pytest.fixture
def whole(catalogue):
    fill(catalogue, **WHOLE)
    catalogue.write_text(catalogue.read_text().replace('msgstr[0] ""', 'msgstr[0] "%(count)s起案件"'))
    return catalogue


def test_messages_are_found_in_python_and_in_templates(house):
    ids = {message.id for message in translations.from_source(house) if message.id}

    assert ids == {"Hello %(name)s", ("%(count)s case", "%(count)s cases"), "Post", "From a page", "Until %(day)s"}


def test_a_whole_catalogue_passes(whole, house):
    assert translations.check(whole, house) == []


def test_what_has_no_chinese_is_told(catalogue, house):
    assert len([problem for problem in translations.check(catalogue, house) if "has no Chinese" in problem]) == 5


def test_a_message_that_is_not_in_the_catalogue_is_told_with_its_file(whole, house):
    (house / "cases" / "more.py").write_text('_("New")')

    assert translations.check(whole, house) == ["cases/more.py: 'New' is not in the catalogue; run extract"]


def test_a_message_that_nothing_uses_is_told(whole, house):
    (house / "cases" / "words.py").write_text("")

    assert len(translations.check(whole, house)) == 3


@pytest.mark.parametrize(
    ("chinese", "problem"),
    [
        ("您好", "placeholders"),
        ("%(nam)s，您好", "placeholders"),
        ("%(name)s,您好", "half-width"),
        ("%(name)s，您好.", "half-width"),
        ("%(name)s，您好(早)", "half-width"),
    ],
)
def test_a_translation_that_would_go_wrong_on_the_page_is_told(catalogue, house, chinese, problem):
    fill(catalogue, **(WHOLE | {"Hello %(name)s": chinese}))

    assert [line for line in translations.check(catalogue, house) if "Hello" in line and problem in line]


def test_a_guess_is_no_translation(whole, house):
    whole.write_text(whole.read_text().replace('msgid "From a page"', '#, fuzzy\nmsgid "From a page"'))

    assert translations.check(whole, house) == ["'From a page' is marked fuzzy"]


def test_extracting_again_changes_nothing_and_keeps_the_chinese(whole, house):
    before = whole.read_bytes()
    translations.extract(whole, house)

    assert whole.read_bytes() == before


def test_compiling_is_done_once_and_again_after_a_change(whole):
    assert translations.compile_catalogues(whole) is True
    assert translations.compile_catalogues(whole) is False

    later = whole.stat().st_mtime_ns + 2_000_000_000
    os.utime(whole, ns=(later, later))
    assert translations.compile_catalogues(whole) is True


def test_what_is_compiled_can_be_read(whole):
    translations.compile_catalogues(whole)
    with whole.with_suffix(".mo").open("rb") as stream:
        read = gettext.GNUTranslations(stream)

    assert read.gettext("From a page") == "来自页面"
    assert read.ngettext("%(count)s case", "%(count)s cases", 2) == "%(count)s起案件"
    assert read.pgettext("verb", "Post") == "张贴"


def test_an_unknown_command_says_what_there_is(capsys):
    assert translations.main(["mend"]) == 2
    assert "extract|compile|check" in capsys.readouterr().out


def test_the_hall_s_own_catalogue_is_whole():
    assert translations.check() == []
