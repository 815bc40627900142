"""Several connections of one feed at the same moment: each message acts once, and nobody waits for ever."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import Error, connection, transaction

from cases.models import Case, ExchangeMessage, ProgressEntry
from cases.operations.exchange_streams import lock_feed
from cases.operations.publish_progress import publish_progress
from foundation.errors import Unavailable
from foundation.outbox.models import Event
from foundation.progress.verify import check_entries
from tests.cases.exchange import case_of, make_feed, news, post, registration, states, step, take
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def feed(bureau, station, theft):
    return make_feed(bureau)


def sound(case):
    return not list(check_entries(matter=case, entries=list(case.entries.order_by("sequence"))))


def test_one_message_from_sixteen_threads_acts_once(feed):
    take(feed, registration("A1"), now=NOW)
    told = step("A1", 2, "filed")

    answers = in_parallel(lambda _: take(feed, told, now=NOW)[0], 64)
    assert {(answer.state, answer.sequence) for answer in answers} == {("applied", 2)}
    assert sum(not answer.is_repeated for answer in answers) == 1
    assert ProgressEntry.objects.filter(status="filed").count() == 1
    assert Event.objects.filter(name="case.progressed", payload__sequence=2).count() == 1


def test_one_batch_sent_twice_at_once_acts_once(feed):
    batch = {"messages": [each for n in range(40) for each in (registration(f"A{n}"), step(f"A{n}", 2, "filed"))]}

    first, second = in_parallel(lambda _: post(feed, batch).json()["results"], 2)
    assert [answer["sequence"] for answer in first] == [answer["sequence"] for answer in second] == [1, 2] * 40
    assert {answer["is_repeated"] for answer in first} ^ {answer["is_repeated"] for answer in second} == {True, False}
    assert ProgressEntry.objects.count() == 80


def test_two_workers_with_the_same_cases_leave_nothing_waiting(feed):
    cases = [f"A{n}" for n in range(20)]
    odd = [registration(name) for name in cases] + [news(name, 3) for name in cases]
    even = [step(name, 2, "filed") for name in cases] + [news(name, 4) for name in cases]
    portions = [odd[n : n + 5] for n in range(0, 40, 5)] + [even[n : n + 5] for n in range(0, 40, 5)]

    in_parallel(lambda n: take(feed, *portions[n], now=NOW), len(portions))
    assert not ExchangeMessage.objects.exclude(state="applied").exists()
    for case in Case.objects.prefetch_related("entries"):
        assert (case.source_sequence, case.progress_length, case.status) == (4, 4, "filed")
        assert not list(check_entries(matter=case, entries=sorted(case.entries.all(), key=lambda entry: entry.sequence)))


def test_an_officer_and_the_feed_write_into_one_timeline(feed, handling_officer):
    from cases.operations.append_entry import Words

    take(feed, registration("A1"), now=NOW)
    case = case_of(feed, "A1")

    def write(n):
        if n % 2:
            return take(feed, news("A1", 2 + n // 2), now=NOW)
        return publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="News."), now=NOW)

    in_parallel(write, 20)
    case.refresh_from_db()
    assert (case.progress_length, case.source_sequence) == (21, 11)
    assert sound(case)


def test_feeds_do_not_wait_for_each_other(feed, foreign_station):
    other = make_feed(foreign_station.parent.parent, code="other-system")
    entered, leave = threading.Event(), threading.Event()

    def hold(_):
        with transaction.atomic():
            lock_feed(feed.pk)
            entered.set()
            leave.wait(20)

    def send(_):
        entered.wait(20)
        answers = take(other, registration("A1", unit=foreign_station.code), now=NOW)
        leave.set()
        return answers

    results = in_parallel(lambda n: (hold if n == 0 else send)(n), 2)
    assert states(results[1]) == ["applied"]


def test_a_batch_that_cannot_have_its_turn_is_told_to_come_again(feed):
    entered, leave = threading.Event(), threading.Event()

    def hold(_):
        with transaction.atomic():
            lock_feed(feed.pk)
            entered.set()
            leave.wait(30)

    def send(_):
        entered.wait(20)
        try:
            return post(feed, {"messages": [registration("A1")]})
        finally:
            leave.set()

    response = in_parallel(lambda n: (hold if n == 0 else send)(n), 2)[1]
    assert (response.status_code, response["Retry-After"], response.json()["code"]) == (503, "2", "unavailable")


def test_a_case_that_somebody_holds_too_long_makes_the_batch_come_again(feed):
    take(feed, registration("A1"), now=NOW)
    entered, leave = threading.Event(), threading.Event()

    def hold(_):
        with transaction.atomic():
            list(Case.objects.select_for_update())
            entered.set()
            leave.wait(30)

    def send(_):
        entered.wait(20)
        try:
            with pytest.raises(Unavailable):
                take(feed, news("A1", 2), now=NOW)
        finally:
            leave.set()

    in_parallel(lambda n: (hold if n == 0 else send)(n), 2)
    assert not ExchangeMessage.objects.filter(source_sequence=2).exists()


def test_a_captured_request_from_sixteen_threads_is_taken_once(feed):
    nonce = "n" * 24
    batch = {"messages": [registration("A1")]}

    codes = sorted(response.status_code for response in in_parallel(lambda _: post(feed, batch, nonce=nonce, created=_created()), 16))
    assert codes == [200] + [401] * 15


def _created():
    from foundation.clock import now as present

    return int(present().timestamp())


def test_whoever_is_killed_in_the_middle_leaves_nothing_half_done(feed):
    take(feed, registration("A1"), now=NOW)

    def broken(_):
        with transaction.atomic():
            take(feed, step("A1", 2, "filed"), now=NOW)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Error):
        in_parallel(broken, 1)
    assert (case_of(feed, "A1").status, ProgressEntry.objects.count(), ExchangeMessage.objects.count()) == ("registered", 1, 1)
