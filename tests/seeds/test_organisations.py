"""The organisations that come with the project."""

from collections import Counter
from datetime import date

import pytest
from django.conf import settings

from foundation.organisations.models import Organisation
from foundation.organisations.seed import read_city

Kind = Organisation.Kind


def city(name):
    found = read_city(path=settings.SEEDS / "organisations" / f"{name}.yaml", today=date(2026, 1, 5))
    return {organisation.code: organisation for _row, organisation in found.rows}


@pytest.fixture(scope="module")
def shanghai():
    return city("shanghai")


def test_shanghai_has_its_bureau_16_branches_9_special_units_and_196_stations(shanghai):
    assert Counter(each.kind for each in shanghai.values()) == {Kind.BUREAU: 1, Kind.BRANCH: 16, Kind.SPECIAL_UNIT: 9, Kind.STATION: 196}


def test_longgang_is_a_branch_of_shenzhen_with_14_stations():
    organisations = city("shenzhen-longgang")

    assert Counter(each.kind for each in organisations.values()) == {Kind.BUREAU: 1, Kind.BRANCH: 1, Kind.STATION: 14}
    assert organisations["440307510000"].path == "440300000000/440307000000/440307510000/"


def test_the_city_of_london_police_handles_its_cases_itself():
    (force,) = city("city-of-london").values()

    assert (force.code, force.kind) == ("982601000000", Kind.BUREAU)


def test_a_code_says_where_its_organisation_stands(shanghai):
    for each in shanghai.values():
        serial = int(each.code[6:8])
        assert each.kind != Kind.STATION or 50 <= serial <= 99
        assert each.kind != Kind.SPECIAL_UNIT or 1 <= serial <= 49


def test_the_railway_police_stands_outside_the_tree(shanghai):
    (outside,) = (each for each in shanghai.values() if each.is_outside)

    assert outside.name_en == "Shanghai Railway Police Office"
    assert outside.ancestor_codes == ()


def test_a_unit_that_was_renamed_is_a_former_one(shanghai):
    assert [each.name_en for each in shanghai.values() if not each.is_active] == ["Water Branch"]


def test_the_resort_station_belongs_to_pudong(shanghai):
    assert shanghai["310115010000"].ancestor_codes == ("310000000000", "310115000000")


def test_uncertain_addresses_are_marked(shanghai):
    uncertain = {each.name_en for each in shanghai.values() if each.is_contact_to_be_confirmed}

    assert uncertain == {"Huangpu Branch", "Putuo Branch"}


def test_no_two_stations_of_a_branch_share_a_name(shanghai):
    names = Counter((each.ancestor_codes, each.name_zh) for each in shanghai.values())

    assert set(names.values()) == {1}
