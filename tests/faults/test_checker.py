"""Each check of the fault harness finds what it is there for, and nothing in a hall where all is well."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import zeal
from django.db import connection
from django.db.models.functions import Now

from cases.models import MonthlyFigure
from cases.operations.append_entry import Words
from cases.operations.publish_progress import publish_progress
from foundation.database.roles import owner
from foundation.outbox.models import Event
from foundation.outbox.operations.relay_event import relay_event
from foundation.transparency.operations.seal import seal_all
from tests.faults import checker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(case, handling_officer, station, now):
    """A case with two entries, everything handled and sealed."""
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(text_en="News.", text_zh="进展。"), now=now)
    for pk in list(Event.objects.values_list("pk", flat=True)):
        with zeal.zeal_ignore():
            relay_event(event_id=pk, now=now)
    seal_all(now=now)
    return SimpleNamespace(stations=[station], category=case.category)


def everything(world):
    return [*checker.events(), *checker.leases(), *checker.figures(world), *checker.record()]


def test_a_hall_in_which_all_is_well_has_no_findings(world):
    assert everything(world) == []
    assert not any(checker.waiting().values())


def test_an_event_that_nobody_handled_is_found(world):
    Event.objects.filter(payload__sequence=2).update(done_at=None)

    assert everything(world) == ["lost: 1 events case.progressed were never handled"]
    assert checker.waiting()["events"] == 1


def test_an_event_that_was_given_up_is_found(world):
    Event.objects.filter(payload__sequence=2).update(done_at=None, dead_at=Now())

    assert everything(world) == ["lost: 1 events case.progressed were never handled"]


@pytest.mark.parametrize("change", ["delete", "double"])
def test_an_entry_that_was_told_of_never_or_twice_is_found(world, change):
    event = Event.objects.get(payload__sequence=2)
    if change == "delete":
        event.delete()
    else:
        Event.objects.create(name=event.name, payload=event.payload, created_at=event.created_at, done_at=event.done_at)

    assert everything(world) == ["1 entries without their one event"]


def test_what_somebody_who_is_gone_still_holds_is_found(world):
    Event.objects.filter(payload__sequence=2).update(leased_until=Now() + timedelta(hours=1))

    assert everything(world) == ["1 events are held by nobody"]


def test_half_of_what_a_handler_should_have_done_is_found(world):
    MonthlyFigure.objects.update(cases=0, open_cases=0)

    assert everything(world) == ["open data counts 0 cases of 1 at 310101000001"]


def test_a_record_that_was_changed_is_found(world):
    with owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_progressentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE cases_progressentry SET text_en = 'Other news.' WHERE sequence = 2")
        cursor.execute("ALTER TABLE cases_progressentry ENABLE TRIGGER USER")

    assert any("record" in finding for finding in everything(world))


def test_deadlocks_and_a_panic_are_found(world, tmp_path):
    said = tmp_path / "log.txt"
    said.write_text("db | ERROR:  deadlock detected\ndb | PANIC:  could not write\n")

    assert list(checker.database(SimpleNamespace(log=said))) == ["1 deadlocks", "PostgreSQL: PANIC:  could not write"]
