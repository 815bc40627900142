"""The texts of the hall as data: whole in both languages, written as each language is written, and told with its line when broken."""

import pytest

from foundation.seed_files import BrokenSeed
from portal.translations import half_width_punctuation
from portal.web import texts


def every_text():
    for board in texts.boards():
        yield "boards", board.title
        yield "boards", board.text
    for name in texts.NAMES:
        page = texts.text_page(name)
        yield name, page.title
        yield name, page.lead
        for section in page.sections:
            found = [section.title, *section.paragraphs, *section.points, section.limit, section.remedy, section.source]
            yield from ((f"{name}#{section.id}", text) for text in [*found, *(link.label for link in section.links)] if text)


def test_chinese_is_written_with_chinese_marks():
    assert [(place, text.zh) for place, text in every_text() if half_width_punctuation(text.zh)] == []


def test_english_is_written_in_plain_letters():
    assert [(place, text.en) for place, text in every_text() if not text.en.isascii()] == []


@pytest.mark.parametrize("name", texts.NAMES)
def test_a_section_has_an_address_of_its_own(name):
    ids = [section.id for section in texts.text_page(name).sections]

    assert len(ids) == len(set(ids))
    assert not {"main", "help", "contents", "code"} & set(ids)


@pytest.mark.parametrize("name", ["rights", "papers"])
def test_every_right_and_every_paper_names_its_law(name):
    assert all(section.source for section in texts.text_page(name).sections)


@pytest.fixture
def broken(settings, tmp_path):
    """Write a text page and read it."""

    def broken(content):
        settings.SEEDS = tmp_path
        (tmp_path / "texts").mkdir(exist_ok=True)
        (tmp_path / "texts" / "broken.yaml").write_text(content, encoding="utf-8")
        texts.text_page.cache_clear()
        return texts.text_page("broken")

    yield broken
    texts.text_page.cache_clear()


HEAD = "reviewed_on: 2026-11-22\ntitle: {en: A, zh: 甲}\nlead: {en: B, zh: 乙}\n"


def test_a_text_without_its_chinese_is_refused_with_its_line(broken):
    with pytest.raises(BrokenSeed, match="line 5"):
        broken(HEAD + "sections:\n  - id: one\n    title: {en: Only English}\n".replace("  - id: one\n    title", "  - title"))


def test_a_link_out_of_the_hall_is_refused(broken):
    link = "{href: 'https://elsewhere.example/', en: Away, zh: 离开}"
    with pytest.raises(BrokenSeed, match="line 7"):
        broken(HEAD + f"sections:\n  - id: one\n    title: {{en: One, zh: 一}}\n    links: [{link}]\n")


def test_a_page_must_say_when_it_was_last_held_against_the_law(broken):
    with pytest.raises(BrokenSeed, match="reviewed_on"):
        broken(HEAD.replace("reviewed_on: 2026-11-22\n", "") + "sections: []\n")
