"""Open data for people: who asks gets figures, clearly, quickly, and never more than may be told."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import MonthlyFigure
from foundation.organisations.models import Organisation

pytest_plugins = ("tests.cases.open_data_city",)

SITUATION, OPENNESS = "/open-data/police-situation/", "/open-data/openness/"
PAGES = ["/open-data/", SITUATION, OPENNESS]


@pytest.fixture
def read(client, today):
    """Read a page in English as text without tags, spaces made one."""
    client.cookies["language"] = "en"

    def read(path, status=200, **asked):
        response = client.get(path, asked)
        assert response.status_code == status
        text = re.sub(r"<(script|style|title|desc)\b.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
        return re.sub(r"\s+", " ", text)

    return read


def test_the_first_page_shows_each_city_with_its_last_whole_month(read, city):
    page = read("/open-data/")

    assert "Test City Bureau February 2026 201 Cases open to inquiry" in page
    assert "92.2% Openness rate" in page


def test_cases_stand_by_category_beside_the_month_and_the_year_before(read, city):
    page = read(SITUATION, organisation=city.code, month="2026-02")

    assert "Theft 131 132 −1 (−0.8%) 140 −9 (−6.4%)" in page
    assert "Test City Bureau" in page
    assert "Domestic violence 8 0 +8 0 +8" in page
    assert "All cases 218 140 +78 (+55.7%) 140 +78 (+55.7%)" in page


def test_a_station_tells_its_categories_but_not_those_that_the_law_closes(read, city, station):
    page = read(SITUATION, organisation=station.code, month="2026-02")

    assert "Theft 106 96 +10 (+10.4%) 100 +6 (+6.0%)" in page
    assert "Domestic violence" not in page


def test_the_openness_rate_goes_down_the_tree(read, city, branch, station):
    assert "Test Branch 92.2% −2.1 201 17 218" in read(OPENNESS, organisation=city.code, month="2026-02")
    assert "First Station 92.8% −3.1 156 12 168" in read(OPENNESS, organisation=branch.code, month="2026-02")
    assert "92.8% Openness rate" in read(OPENNESS, organisation=station.code, month="2026-02")


def test_a_city_with_one_or_two_closed_cases_tells_what_the_rate_is_at_least(read, count_cases, station, bureau, theft):
    count_cases(station, theft, "2026-02-01", 100, closed=1)

    assert "at least 98.0% Openness rate" in read(OPENNESS, organisation=bureau.code)


def test_a_rate_below_all_is_never_rounded_up_to_all(read, count_cases, station, bureau, theft):
    count_cases(station, theft, "2026-02-01", 9999, closed=3)

    assert "99.9% Openness rate" in read(OPENNESS, organisation=bureau.code)


def test_the_running_month_is_marked_and_compares_nothing(read, city):
    page = read(SITUATION, organisation=city.code, month="2026-03")

    assert "March 2026 the month is not over" in page
    assert "Theft 20 131 – – –" in page or "Theft 20 131 –" in page


def test_while_a_month_runs_no_closed_case_of_a_unit_is_told(read, city, count_cases, station, theft):
    MonthlyFigure.objects.filter(unit=station, month="2026-03-01").update(open_cases=4)

    assert "told when the month is over" in read(OPENNESS, organisation=station.code, month="2026-03")
    assert "14 Cases open to inquiry" in read(OPENNESS, organisation=city.code, month="2026-03")


def test_the_source_and_its_licence_are_told_wherever_its_figures_are(read, client, count_cases, theft):
    london = Organisation.objects.create(
        code="982601000000", kind="bureau", bureau_code="982601", name_zh="伦敦金融城警察局", name_en="City of London Police"
    )
    count_cases(london, theft, "2016-08-01", 9)

    for path in PAGES:
        assert "Open Government Licence v3.0" in read(path)
        assert "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/" in client.get(path).content.decode()


@pytest.mark.parametrize("path", [SITUATION, OPENNESS])
@pytest.mark.parametrize(
    "code", ["999999999999", "31", "３１００００００００００", "310000000000' OR 1=1", "../../etc/passwd", "\x00", "1" * 5000]
)
def test_an_organisation_that_is_not_there_is_not_found(read, city, path, code):
    read(path, status=404, organisation=code)


@pytest.mark.parametrize("path", [SITUATION, OPENNESS])
@pytest.mark.parametrize("month", ["2026-13", "2026-2", "26-02", "2026-02-01", "0000-01", "9999-12", "２０２６-02", "<b>", "1" * 5000])
def test_a_month_that_cannot_be_read_is_told_so(read, city, path, month):
    assert "Write the month as year and month, such as 2026-02" in read(path, status=400, organisation=city.code, month=month).replace(
        "2016-10", "2026-02"
    )


def test_a_month_without_figures_is_told_so(read, city):
    assert "There are no figures for this month" in read(SITUATION, status=400, organisation=city.code, month="2019-01")


@pytest.mark.parametrize("path", PAGES)
def test_a_hall_without_cases_says_so(read, db, path):
    assert "There are no figures yet" in read(path)


@pytest.mark.parametrize("path", PAGES)
def test_anybody_may_keep_a_page_and_ask_whether_it_changed(client, city, path):
    first = client.get(path)

    assert first["Cache-Control"] == "public, max-age=60"
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    MonthlyFigure.objects.update(cases=500, open_cases=400)
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_page_sets_no_cookie_and_holds_no_token(client, city, path):
    response = client.get(path)

    assert not response.cookies
    assert "csrf" not in response.content.decode().lower()


def test_an_error_is_not_kept(client, city):
    assert client.get(OPENNESS, {"month": "nonsense"})["Cache-Control"] == "no-store"
    assert client.get(OPENNESS, {"organisation": "1"})["Cache-Control"] == "no-store"


def test_each_language_has_a_page_of_its_own(client, city):
    pages = [client.get(SITUATION, headers={"Accept-Language": language}) for language in ("en", "zh-Hans")]

    assert pages[0]["ETag"] != pages[1]["ETag"]
    assert "Accept-Language" in pages[0]["Vary"]
    assert "盗窃" in pages[1].content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_costs_the_same_few_queries_however_many_units_and_categories(client, city, branch, count_cases, theft, offence, path):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as counted:
            client.get(path)
        return len(counted)

    few = cost()
    for number in range(10, 15):
        unit = Organisation.objects.create(
            code=f"3101010000{number}", kind="station", parent=branch, name_zh=f"派出所{number}", name_en=f"Station {number}"
        )
        for category in (theft, offence):
            count_cases(unit, category, "2026-02-01", number)

    assert cost() == few <= 8


def test_pages_are_only_read(client, city):
    for path in PAGES:
        assert client.post(path).status_code == 405
