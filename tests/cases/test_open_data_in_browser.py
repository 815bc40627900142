"""The pages of open data in a real browser: both languages, wide and narrow, without scripts, on paper."""

import pytest

from tests.browser.axe import REFLOW, WIDTHS, audit, sideways

pytest_plugins = ("tests.cases.open_data_city",)

LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
MONTH = "organisation=310000000000&month=2026-02"
PAGES = [
    "/open-data/",
    f"/open-data/police-situation/?{MONTH}",
    f"/open-data/openness/?{MONTH}",
    "/open-data/openness/?organisation=310101000000&month=2026-02",
    "/open-data/police-situation/?month=nonsense",
]


@pytest.fixture
def open_page(open_page, today, city):
    """Open a page of a city that has figures."""
    return open_page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_an_accessibility_finding(open_page, live_server, width, language):
    page = open_page(PAGES[0], width=WIDTHS[width], language=language)
    wrong = {}
    for path in PAGES:
        page.goto(live_server.url + path)
        assert page.get_attribute("html", "lang") == LANGUAGES[language]
        if found := audit(page, f"open data {path} {language} {width}"):
            wrong[path] = found

    assert wrong == {}
    assert page.faults == []


def test_enlarged_four_times_no_page_scrolls_sideways(open_page, live_server):
    page = open_page(PAGES[0], width=REFLOW)
    wide = []
    for path in PAGES:
        page.goto(live_server.url + path)
        wide += [path] if sideways(page) > 0 else []

    assert wide == []


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1280, "wide", "narrow"), (390, "narrow", "wide")])
def test_each_window_shows_one_drawing_whose_letters_can_be_read(open_page, width, shown, hidden):
    page = open_page(PAGES[1], width=width)
    charts = page.locator(".sph-chart")

    assert charts.count() == 2
    for number in range(charts.count()):
        assert charts.nth(number).locator(f".sph-chart__{shown}").is_visible()
        assert not charts.nth(number).locator(f".sph-chart__{hidden}").is_visible()
        letter = charts.nth(number).locator(f".sph-chart__{shown} text").first.bounding_box()
        assert letter["height"] >= 12


def test_without_scripts_a_reader_gets_from_the_city_to_a_station_and_another_month(open_page):
    page = open_page("/open-data/", scripts=False)
    page.click("text=Openness rate by unit")
    page.click("main >> text=Test Branch")
    page.click("main >> text=First Station")
    page.select_option("select[name=month]", "2026-01")
    page.click("main button")

    assert page.inner_text("h1").split("\n")[-1] == "Openness rate"
    assert "January 2026" in page.inner_text("main h2")
    assert "organisation=310101000001" in page.url


def test_the_link_to_a_file_downloads_it(open_page):
    page = open_page(PAGES[1])
    with page.expect_download() as download:
        page.click("text=February 2026 as CSV")

    assert download.value.suggested_filename == "police-situation.csv"


def test_paper_holds_the_figures_and_nothing_to_click(open_page):
    page = open_page(PAGES[1])
    page.emulate_media(media="print")

    assert page.locator(".sph-figures").first.is_visible()
    assert page.locator(".sph-chart__wide").first.is_visible()
    assert not page.locator(".sph-choice").is_visible()
    assert sideways(page) <= 0
