"""Lookups of the house's own."""

from __future__ import annotations

import pytest
from django.db.models import F

from foundation.database.lookups import AnyOf
from foundation.organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("codes", [[], ["310101000001"], ["310101000001", "310101000002", "' OR true --", "310101000001"]])
def test_any_of_finds_what_in_finds(station, other_station, codes):
    found = Organisation.objects.filter(AnyOf(F("code"), codes)).order_by("code")

    assert list(found) == list(Organisation.objects.filter(code__in=codes).order_by("code"))


def test_any_of_goes_with_other_conditions_and_with_numbers(station, other_station):
    pks = {station.pk, other_station.pk}

    assert list(Organisation.objects.filter(AnyOf(F("id"), pks), code=station.code)) == [station]
    assert Organisation.objects.exclude(AnyOf(F("id"), pks)).count() == Organisation.objects.count() - 2
