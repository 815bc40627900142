"""Window information: every unit of a city, found without scripts and at a constant price."""

import pytest


@pytest.fixture
def visitor(client):
    client.cookies["language"] = "en"
    return client


def test_a_city_is_shown_from_the_bureau_down_to_its_stations(visitor, station):
    page = visitor.get("/organisations/").content.decode()

    assert page.index("Test City Bureau") < page.index("Test Branch") < page.index("First Station")


def test_both_cities_can_be_chosen(visitor, station, foreign_station):
    page = visitor.get("/organisations/?city=440000").content.decode()

    assert "Foreign Station" in page
    assert "First Station" not in page
    assert "city=310000" in page


def test_a_phone_number_can_be_called(visitor, station):
    assert 'href="tel:021-22220002"' in visitor.get("/organisations/").content.decode()


def test_a_search_finds_a_unit_in_either_language_and_says_where_it_belongs(visitor, station, foreign_station):
    for words in ("first", "第一"):
        page = visitor.get("/organisations/", {"search": words}).content.decode()
        assert "First Station" in page
        assert "Test Branch" in page
        assert "Foreign Station" not in page


def test_a_search_without_result_says_what_to_try(visitor, station):
    assert "Try a part of the name" in visitor.get("/organisations/?search=zzz").content.decode()


@pytest.mark.parametrize("search", ["\x00", "%00", "'", "<script>", "第" * 500])
def test_odd_searches_do_no_harm(visitor, station, search):
    response = visitor.get("/organisations/", {"search": search})

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_city_that_is_not_there_is_not_found(visitor, station):
    assert visitor.get("/organisations/?city=999999").status_code == 404


def test_the_page_costs_the_same_however_many_stations(visitor, station, other_station, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        visitor.get("/organisations/")
