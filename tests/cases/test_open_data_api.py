"""Open data for programs and spreadsheets: the same figures as the pages, in one shape that does not change."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.rest.spreadsheets import write_csv
from foundation.organisations.models import Organisation
from foundation.spreadsheets import safe_cell

pytest_plugins = ("tests.cases.open_data_city",)

API = "/api/v1/open-data/"
LISTS = [f"{API}openness/", f"{API}police-situation/"]
FILES = [f"{API}openness.csv", f"{API}police-situation.csv"]
OPENNESS_COLUMNS = (
    "month,organisation_code,organisation_name_en,organisation_name_zh,organisation_kind,parent_code,scope,is_complete,"
    "cases,open_cases,closed_cases,rate,rate_at_least,source_name,licence"
)
SITUATION_COLUMNS = (
    "month,organisation_code,organisation_name_en,organisation_name_zh,category_code,category_name_en,category_name_zh,kind,counted,"
    "is_complete,cases,cases_month_before,change_to_month_before,cases_year_before,change_to_year_before,source_name,licence"
)


@pytest.fixture
def ask(client, today):
    """Ask the API and return its document."""

    def ask(path, status=200, **asked):
        response = client.get(path, asked)
        assert response.status_code == status
        return response.json()

    return ask


@pytest.fixture
def rows(ask):
    """Ask for every page of a list."""

    def rows(path, **asked):
        document = ask(path, **asked)
        found = document["results"]
        while document["next"]:
            document = ask(document["next"].partition("testserver")[2])
            found += document["results"]
        return found

    return rows


def test_the_rate_is_a_number_with_four_decimals_and_counts_are_whole(ask, city):
    [row] = ask(LISTS[0], organisation=city.code, **{"from": "2026-02", "to": "2026-02"})["results"]

    assert row == {
        "month": "2026-02",
        "organisation_code": "310000000000",
        "organisation_name_en": "Test City Bureau",
        "organisation_name_zh": "测试市公安局",
        "organisation_kind": "bureau",
        "parent_code": "",
        "scope": "with_units_below",
        "is_complete": True,
        "cases": 218,
        "open_cases": 201,
        "closed_cases": 17,
        "rate": 0.922,
        "rate_at_least": None,
        "source_name": "",
        "licence": "",
    }


def test_the_units_directly_below_and_the_own_cases_add_up_to_all(ask, city, branch):
    found = ask(LISTS[0], organisation=branch.code, depth="1", **{"from": "2026-02", "to": "2026-02"})["results"]
    whole, *parts = found

    assert [row["scope"] for row in found] == ["with_units_below", "own_cases_only", "with_units_below", "with_units_below"]
    for name in ("cases", "open_cases", "closed_cases"):
        assert whole[name] == sum(part[name] for part in parts)


def test_all_categories_of_a_city_add_up_to_all_its_cases(rows, city):
    found = rows(LISTS[1], organisation=city.code, **{"from": "2026-02", "to": "2026-02"})

    assert {row["category_code"]: row["cases"] for row in found} == {
        "test-theft": 131,
        "test-dispute": 70,
        "test-domestic": 8,
        "closed-by-decision": 9,
    }


def test_changes_stand_in_relation_to_before(rows, city):
    [theft] = [
        row
        for row in rows(LISTS[1], organisation=city.code, to="2026-02")
        if (row["category_code"], row["month"]) == ("test-theft", "2026-02")
    ]

    assert (theft["cases_month_before"], theft["change_to_month_before"]) == (132, -0.0076)
    assert (theft["cases_year_before"], theft["change_to_year_before"]) == (140, -0.0643)


def test_pages_hold_every_row_once_in_one_order(rows, city):
    whole = rows(LISTS[0], organisation=city.code, depth="2", page_size="100")
    paged = rows(LISTS[0], organisation=city.code, depth="2", page_size="3")

    assert paged == whole
    assert len(whole) > 20


def test_without_an_organisation_each_city_is_told_as_a_whole(rows, city, foreign_station, count_cases, theft):
    count_cases(foreign_station, theft, "2026-01-01", 7)
    found = {(row["month"], row["organisation_code"]): row["cases"] for row in rows(LISTS[0], **{"from": "2026-01", "to": "2026-02"})}

    assert found == {("2026-01", "310000000000"): 140, ("2026-01", "440000000000"): 7, ("2026-02", "310000000000"): 218}


def test_without_months_the_last_twelve_are_told(rows, city):
    months = [row["month"] for row in rows(LISTS[0], organisation=city.code)]

    assert (months[0], months[-1], len(months)) == ("2025-04", "2026-03", 12)


@pytest.mark.parametrize("path", LISTS + FILES)
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "2026-13"}, "from"),
        ({"to": "nonsense"}, "to"),
        ({"from": "2026-03", "to": "2026-01"}, "to"),
        ({"from": "2020-01", "to": "2026-01"}, "from"),
        ({"from": "1900-01", "to": "2199-12"}, "from"),
        ({"to": ["2026-01", "2026-02"]}, "to"),
        ({"organisation": ["310000000000", "440000000000"]}, "organisation"),
    ],
)
def test_a_question_that_makes_no_sense_names_the_field_at_fault(client, city, today, path, asked, field):
    response = client.get(path, asked)

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert [error["field"] for error in response.json()["errors"]] == [field]


@pytest.mark.parametrize("path", LISTS + FILES)
@pytest.mark.parametrize("code", ["999999999999", "1", "３１００００００００００", "\x00"])
def test_an_unknown_organisation_is_not_found(client, city, today, path, code):
    response = client.get(path, {"organisation": code})

    assert (response.status_code, response.json()["code"]) == (404, "organisation_not_found")


@pytest.mark.parametrize("cursor", ["x", "%%%", "é", "AAAA", "/w==", "A" * 2000])
def test_a_made_up_cursor_is_refused_or_starts_somewhere(client, city, today, cursor):
    response = client.get(LISTS[0], {"cursor": cursor})

    assert response.status_code in {200, 400}
    assert response.status_code == 200 or response.json()["code"] == "invalid_cursor"


def test_a_depth_is_0_1_or_2(ask, city):
    assert ask(LISTS[0], 400, organisation=city.code, depth="3")["errors"][0]["field"] == "depth"


@pytest.mark.parametrize("path", LISTS + FILES)
def test_anybody_may_keep_an_answer_and_no_cookie_comes_with_it(client, city, today, path):
    response = client.get(path)

    assert response["Cache-Control"] == "public, max-age=60"
    assert client.get(path, headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert not response.cookies


def test_a_hall_without_cases_answers_an_empty_list(ask, db):
    for path in LISTS:
        assert ask(path) == {"results": [], "next": None}


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "columns"), list(zip(FILES, (OPENNESS_COLUMNS, SITUATION_COLUMNS), strict=True)))
def test_a_file_opens_in_a_spreadsheet_and_its_columns_do_not_change(client, city, today, path, columns):
    response = client.get(path, {"organisation": city.code})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="')
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.content.decode("utf-8-sig").split("\r\n")[0] == columns


@pytest.mark.parametrize(("listed", "path"), list(zip(LISTS, FILES, strict=True)))
def test_a_file_holds_what_the_list_holds(client, rows, city, listed, path):
    lines = list(csv.DictReader(io.StringIO(client.get(path, {"organisation": city.code}).content.decode("utf-8-sig"))))
    known = {True: "true", False: "false", None: ""}

    assert lines == [
        {name: known[value] if isinstance(value, bool) or value is None else str(value) for name, value in row.items()}
        for row in rows(listed, organisation=city.code)
    ]


@pytest.mark.parametrize("accept", ["text/html,*/*;q=0.8", "application/json", "text/csv", "image/png"])
def test_the_address_of_a_file_gives_the_file_whatever_is_accepted(client, city, accept):
    assert client.get(FILES[0], headers={"Accept": accept})["Content-Type"] == "text/csv; charset=utf-8"


def test_a_name_that_begins_like_a_formula_is_text_and_can_be_read_back(client, city, today, bureau):
    name = '=HYPERLINK("https://evil.example","x")'
    Organisation.objects.filter(pk=bureau.pk).update(name_en=name)
    [line, *_] = csv.DictReader(io.StringIO(client.get(FILES[0], {"organisation": city.code}).content.decode("utf-8-sig")))

    assert line["organisation_name_en"] == f"'{name}"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x", "  =1"])
def test_a_text_that_a_spreadsheet_might_compute_is_quoted(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Theft", "", "盗窃", "a=b", 0, -12, -0.0076])
def test_other_texts_and_numbers_stay_as_they_are(value):
    assert safe_cell(value) == value


def test_quotes_commas_and_line_breaks_stay_inside_their_cell():
    nasty = 'a "b", c\r\nd'

    assert list(csv.DictReader(io.StringIO(write_csv(["x"], [{"x": nasty}]).decode("utf-8-sig"), newline=""))) == [{"x": nasty}]


@pytest.mark.parametrize("path", LISTS + FILES)
def test_an_answer_costs_the_same_few_queries_however_many_rows(client, city, today, branch, count_cases, theft, path):
    def cost():
        with CaptureQueriesContext(connection) as counted:
            client.get(path, {"organisation": city.code, "depth": "2"})
        return len(counted)

    few = cost()
    for number in range(10, 15):
        unit = Organisation.objects.create(
            code=f"3101010000{number}", kind="station", parent=branch, name_zh=f"派出所{number}", name_en=f"Station {number}"
        )
        count_cases(unit, theft, "2026-02-01", number)

    assert cost() == few <= 8
