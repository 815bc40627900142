"""The legal clocks of cases, against terms counted by hand on the published calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.utils import translation

from cases.domain.clocks import ClockEvent, handover_due, reply_due, restarts_clock, stage_deadline
from cases.domain.statuses import Kind, Status
from foundation.clock import CITY_ZONE, city_date


def city(year, month, day, hour=10):
    return datetime(year, month, day, hour, tzinfo=CITY_ZONE)


def due(kind, status, since, *events):
    deadline = stage_deadline(kind=kind, status=status, since=since, events=events)
    return city_date(deadline.due_at)


def test_a_filing_review_takes_three_days():
    assert due(Kind.CRIMINAL, Status.REGISTERED, city(2026, 3, 2)) == date(2026, 3, 5)


@pytest.mark.parametrize(("days", "expected"), [(7, date(2026, 3, 9)), (30, date(2026, 4, 1))])
def test_a_filing_review_is_extended_to_seven_or_thirty_days(days, expected):
    extension = ClockEvent(kind="extension", at=city(2026, 3, 4), days=days)

    assert due(Kind.CRIMINAL, Status.UNDER_FILING_REVIEW, city(2026, 3, 2), extension) == expected


def test_a_term_that_ends_on_a_weekend_ends_on_monday():
    assert due(Kind.CRIMINAL, Status.REGISTERED, city(2026, 3, 5)) == date(2026, 3, 9)  # Thursday + 3 = Sunday


def test_a_term_that_ends_on_a_make_up_saturday_ends_there():
    assert due(Kind.CRIMINAL, Status.REGISTERED, city(2026, 2, 11)) == date(2026, 2, 14)


def test_a_term_that_ends_in_the_spring_festival_ends_after_it():
    assert due(Kind.CRIMINAL, Status.REGISTERED, city(2026, 2, 13)) == date(2026, 2, 24)


def test_a_report_shortly_before_midnight_counts_as_that_day_in_the_city():
    late = datetime(2026, 3, 2, 15, 59, tzinfo=CITY_ZONE).replace(hour=23)

    assert due(Kind.CRIMINAL, Status.REGISTERED, late) == date(2026, 3, 5)


def test_days_of_an_expert_examination_are_not_counted():
    stop, resume = ClockEvent(kind="suspension", at=city(2026, 3, 10)), ClockEvent(kind="resumption", at=city(2026, 3, 20))

    assert due(Kind.PUBLIC_ORDER, Status.INVESTIGATING, city(2026, 3, 2), stop, resume) == date(2026, 4, 13)  # 11 April is a Saturday


def test_a_clock_that_stands_still_is_not_running():
    deadline = stage_deadline(
        kind=Kind.PUBLIC_ORDER,
        status=Status.INVESTIGATING,
        since=city(2026, 3, 2),
        events=[ClockEvent(kind="suspension", at=city(2026, 3, 10))],
    )

    assert not deadline.is_running


def test_the_order_in_which_events_are_told_does_not_matter():
    events = [
        ClockEvent(kind="suspension", at=city(2026, 3, 10)),
        ClockEvent(kind="resumption", at=city(2026, 3, 20)),
        ClockEvent(kind="extension", at=city(2026, 3, 25), days=60),
    ]

    assert due(Kind.PUBLIC_ORDER, Status.ACCEPTED, city(2026, 3, 2), *events) == due(
        Kind.PUBLIC_ORDER, Status.ACCEPTED, city(2026, 3, 2), *reversed(events)
    )


def test_a_stage_without_a_legal_term_has_no_deadline():
    assert stage_deadline(kind=Kind.CRIMINAL, status=Status.INVESTIGATING, since=city(2026, 3, 2)) is None


def test_the_explanation_names_every_step_of_the_computation():
    with translation.override("en"):
        deadline = stage_deadline(
            kind=Kind.CRIMINAL,
            status=Status.REGISTERED,
            since=city(2026, 2, 13),
            events=[ClockEvent(kind="extension", at=city(2026, 2, 14), days=7)],
        )
        lines = [str(line) for line in deadline.explanation]

    assert lines == [
        "The term began on 13 February 2026.",
        "The law gives 3 days.",
        "On 14 February 2026 it was extended to 7 days in all.",
        "20 February 2026 is a day off, so the term ends on 24 February 2026.",
    ]


def test_a_day_in_a_year_without_announced_holidays_is_said_to_be_uncertain():
    with translation.override("en"):
        deadline = stage_deadline(kind=Kind.CRIMINAL, status=Status.REGISTERED, since=city(2027, 3, 1))

        assert "2027" in str(deadline.explanation[-1])


def test_mediation_goes_on_with_the_clock_of_the_investigation():
    assert not restarts_clock(kind=Kind.PUBLIC_ORDER, before=Status.INVESTIGATING, after=Status.MEDIATION)
    assert restarts_clock(kind=Kind.PUBLIC_ORDER, before=Status.REGISTERED, after=Status.ACCEPTED)


def test_an_answer_is_owed_within_five_working_days():
    assert city_date(reply_due(city(2026, 9, 28))) == date(2026, 10, 10)  # 29, 30, then 8, 9 and the worked Saturday


def test_a_code_is_handed_over_within_72_hours():
    assert handover_due(city(2026, 3, 2, 10)) == city(2026, 3, 5, 10)
