"""What age allows: Civil Code art. 17-20, by the day of birth in the ID number and the calendar of the city."""

from datetime import UTC, date, datetime, timedelta

import pytest

from foundation.accounts.capacity import Capacity, birthday, capacity_of, check_acts_alone, of_age_at
from foundation.clock import CITY_ZONE
from foundation.errors import NotAllowed
from tests.plugins.mandates import id_number

BORN = date(2008, 3, 2)
NUMBER = id_number(BORN)


def midnight(year, month, day):
    return datetime(year, month, day, tzinfo=CITY_ZONE)


@pytest.mark.parametrize(
    ("moment", "capacity"),
    [
        (midnight(2008, 3, 2), Capacity.NONE),
        (midnight(2016, 3, 2) - timedelta(microseconds=1), Capacity.NONE),
        (midnight(2016, 3, 2), Capacity.LIMITED),
        (midnight(2026, 3, 2) - timedelta(microseconds=1), Capacity.LIMITED),
        (midnight(2026, 3, 2), Capacity.FULL),
        # Two in the morning in the city is still the day before in Greenwich.
        (datetime(2026, 3, 1, 18, 0, tzinfo=UTC), Capacity.FULL),
    ],
)
def test_capacity_changes_at_midnight_of_the_birthday_in_the_city(moment, capacity):
    assert capacity_of(NUMBER, now=moment) is capacity


def test_somebody_comes_of_age_at_midnight_of_the_eighteenth_birthday():
    assert of_age_at(NUMBER, now=midnight(2026, 1, 1)) == midnight(2026, 3, 2)


def test_who_was_born_on_a_29_february_has_the_birthday_on_the_last_day_of_the_month():
    assert birthday(date(2008, 2, 29), 18) == date(2026, 2, 28)
    assert birthday(date(2008, 2, 29), 8) == date(2016, 2, 29)


def test_a_child_under_eight_does_not_act_alone():
    with pytest.raises(NotAllowed) as refused:
        check_acts_alone(NUMBER, now=midnight(2016, 3, 1))
    assert refused.value.code == "under_eight"
    check_acts_alone(NUMBER, now=midnight(2016, 3, 2))


@pytest.mark.django_db
def test_a_child_under_eight_is_told_on_every_page_that_its_guardians_act(make_resident, sign_in, now):
    import time_machine

    from foundation.clock import city_date

    small = make_resident("small", id_number(city_date(now) - timedelta(days=7 * 365)))
    with time_machine.travel(now, tick=False):
        browser = sign_in(small)
        answers = [browser.get(path) for path in ("/my/", "/my/people/", "/api/v1/my/mandates/")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "represented by their parents or guardians" in answers[0].content.decode()
    assert answers[2].json()["code"] == "under_eight"
