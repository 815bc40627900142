"""Monthly figures follow the cases, and can be counted anew at any time."""

from datetime import UTC, date, datetime

import pytest
import zeal
from django.core.management import call_command
from django.utils import timezone

from cases.models import MonthlyFigure
from cases.operations.rebuild_figures import rebuild_figures
from cases.operations.refresh_figures import refresh_figures
from cases.operations.set_publication import set_publication
from cases.operations.transfer_case import transfer_case
from foundation.outbox.models import Event
from foundation.outbox.operations.relay_event import relay_event


@pytest.fixture
def relay(db):
    """Hand every waiting event to its handlers, as the worker does: one at a time, so that no lazy load can pile up."""

    def relay():
        for event in Event.objects.filter(done_at__isnull=True).order_by("created_at"):
            with zeal.zeal_ignore():
                relay_event(event_id=event.pk, now=timezone.now())

    return relay


def figures():
    rows = MonthlyFigure.objects.order_by("unit__code", "category__code", "month")
    return list(rows.values_list("unit__code", "category__code", "month", "cases", "open_cases"))


MARCH = date(2026, 3, 1)


def test_a_registered_case_counts_in_the_month_of_its_report(case, relay):
    relay()

    assert figures() == [("310101000001", "test-theft", MARCH, 1, 1)]


def test_the_month_is_that_of_the_city(register, relay, later):
    register(reported_at=datetime(2026, 2, 28, 15, 59, tzinfo=UTC))
    register(reported_at=datetime(2026, 2, 28, 16, 0, tzinfo=UTC))
    relay()

    assert [(month, cases) for _unit, _category, month, cases, _open in figures()] == [(date(2026, 2, 1), 1), (MARCH, 1)]


def test_a_case_that_is_closed_to_inquiry_stays_a_case_and_is_no_longer_open(case, head_of_unit, relay, later):
    set_publication(actor=head_of_unit, reference=case.reference, publication="closed", ground="victim_wish", now=later(1))
    relay()

    assert figures() == [("310101000001", "test-theft", MARCH, 1, 0)]


def test_a_case_that_changes_hands_counts_at_the_new_unit_only(case, head_of_branch, other_station, relay, later):
    relay()
    transfer_case(actor=head_of_branch, reference=case.reference, unit=other_station, now=later(1))
    relay()

    assert figures() == [("310101000002", "test-theft", MARCH, 1, 1)]


def test_counting_all_anew_gives_what_the_events_gave(register, domestic_violence, dispute, relay, now):
    register()
    register(category=domestic_violence)
    register(category=dispute, is_counter_only=True)
    relay()
    kept = figures()
    MonthlyFigure.objects.all().delete()

    assert rebuild_figures(now=now) == 3
    assert figures() == kept


def test_counting_all_anew_removes_what_is_no_longer_true(case, now, other_station, theft):
    MonthlyFigure.objects.create(
        unit=other_station, bureau_code="310000", category=theft, month=MARCH, cases=9, open_cases=9, refreshed_at=now
    )
    call_command("rebuild_figures", verbosity=0)

    assert figures() == [("310101000001", "test-theft", MARCH, 1, 1)]


def test_counting_one_month_twice_changes_nothing(case, station, now):
    refresh_figures(unit_id=station.pk, month=MARCH, now=now)
    kept = figures()
    refresh_figures(unit_id=station.pk, month=MARCH, now=now)

    assert figures() == kept


def test_counting_all_anew_takes_one_pass_however_many_cases(case, now, django_assert_num_queries):
    rebuild_figures(now=now)
    for number in range(3):
        case.pk, case.reference = None, f"C-COPY-{number}"
        case.save(force_insert=True)

    with django_assert_num_queries(5) as counted:
        rebuild_figures(now=now)
    assert figures() == [("310101000001", "test-theft", MARCH, 4, 4)]
    assert sum("cases_case" in query["sql"] for query in counted.captured_queries) == 1
