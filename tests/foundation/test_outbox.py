"""Events are told once, after the change they tell of, whatever dies in between."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection, connections, transaction

from foundation import clock
from foundation.accounts.actors import command_actor
from foundation.audit.models import AuditEntry
from foundation.outbox import events
from foundation.outbox.events import hurry, publish, publish_many, publish_once
from foundation.outbox.models import MOST_TAKEN, Event
from foundation.outbox.operations.relay_event import TRIES, relay_event, relay_taken
from foundation.outbox.operations.replay_dead import replay_dead
from foundation.outbox.operations.take_events import LEASE, take_events
from foundation.outbox.tasks import MOST_SWEEPERS, SWEEP_EVERY, SWEPT_AT_ONCE, TAKEN_AT_ONCE, relay_overdue, relay_together, sweep
from portal.supervisor.worker import ROLES

pytestmark = pytest.mark.django_db


class Poison(Exception):
    """What a broken handler raises."""


NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


def now_of_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def make_due(event):
    """Let the pause after a failed try, or the lease of a worker that died, be over."""
    Event.objects.filter(pk=event.pk).update(available_at=NOW)
    Event.objects.filter(pk=event.pk, leased_until__isnull=False).update(leased_until=NOW)


@pytest.fixture(autouse=True)
def broker_is_asked():
    """A broker that was away in the test before is asked again."""
    events._Broker.quiet_until = 0.0
    yield
    events._Broker.quiet_until = 0.0


@pytest.fixture
def told(monkeypatch):
    """A handler that remembers what it was told."""
    heard = []
    monkeypatch.setitem(events._handlers, "test.happened", [lambda payload, now: heard.append(payload["n"])])
    return heard


@pytest.fixture
def broken(monkeypatch):
    def fail(payload, now):
        raise Poison("poison")

    monkeypatch.setitem(events._handlers, "test.happened", [fail])


def test_an_event_is_handled_once_however_often_it_is_relayed(told):
    event = publish("test.happened", n=1, now=NOW)

    assert [relay_event(event_id=event.pk, now=NOW) for _ in range(3)] == [True, False, False]
    assert told == [1]


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_workers_one_handles_it(told):
    event = publish("test.happened", n=1, now=NOW)

    def relay(_):
        try:
            return relay_event(event_id=event.pk, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(relay, range(16))) == 1
    assert told == [1]


def test_a_change_that_is_rolled_back_tells_nothing():
    with transaction.atomic():
        publish("test.happened", n=1, now=NOW)
        transaction.set_rollback(True)

    assert not Event.objects.exists()


def test_what_a_dead_worker_held_is_due_again_when_its_lease_is_over(told):
    event = publish("test.happened", n=1, now=NOW)
    take_events(Event.objects.all(), most=1)

    assert not relay_event(event_id=event.pk, now=NOW)
    make_due(event)
    assert relay_event(event_id=event.pk, now=NOW)


def test_a_lease_lasts_by_the_clock_of_the_database(told):
    publish("test.happened", n=1, now=NOW + timedelta(days=400))
    before = now_of_database()

    (event,) = take_events(Event.objects.all(), most=1)

    event.refresh_from_db()
    assert before <= event.leased_until - LEASE <= now_of_database()


def test_an_event_of_a_server_whose_clock_is_ahead_is_handled_at_once(told):
    event = publish("test.happened", n=1, now=NOW + timedelta(days=400))

    assert relay_event(event_id=event.pk, now=NOW)


def test_a_worker_that_comes_back_after_its_lease_does_not_handle_what_another_has_done(told):
    publish("test.happened", n=1, now=NOW)
    (slow,) = take_events(Event.objects.all(), most=1)
    make_due(slow)
    relay_event(event_id=slow.pk, now=NOW)

    assert not relay_taken(event=slow, now=NOW)
    assert told == [1]


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_outlasts_its_lease_keeps_its_event(monkeypatch):
    entered, go_on, heard = threading.Event(), threading.Event(), []

    def slow(payload, now):
        entered.set()
        assert go_on.wait(10)
        heard.append(payload["n"])

    monkeypatch.setitem(events._handlers, "test.happened", [slow])
    event = publish("test.happened", n=1, now=NOW)

    def relay():
        try:
            return relay_event(event_id=event.pk, now=NOW)
        finally:
            connections.close_all()

    monkeypatch.setattr("foundation.outbox.operations.take_events.LEASE", timedelta(0))
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(relay)
        assert entered.wait(10)
        assert not relay_event(event_id=event.pk, now=NOW)
        go_on.set()
        assert first.result(timeout=10)
    assert heard == [1]


def test_an_event_that_kills_whoever_handles_it_is_given_up(told):
    event = publish("test.happened", n=1, now=NOW)
    for _ in range(MOST_TAKEN):
        assert take_events(Event.objects.all(), most=1)
        make_due(event)

    assert not relay_event(event_id=event.pk, now=NOW)
    event.refresh_from_db()
    assert event.dead_at is not None
    assert "never given back" in event.last_error
    assert told == []


@pytest.mark.parametrize("error", [OperationalError("terminating connection"), InterfaceError("connection already closed")])
def test_a_database_that_restarts_does_not_count_against_an_event(monkeypatch, error):
    def fail(payload, now):
        raise error

    monkeypatch.setitem(events._handlers, "test.happened", [fail])
    event = publish("test.happened", n=1, now=NOW)
    for _ in range(TRIES + 1):
        with pytest.raises(type(error)):
            relay_event(event_id=event.pk, now=NOW)
        make_due(event)

    event.refresh_from_db()
    assert event.dead_at is None


def test_a_handler_that_fails_leaves_no_half_work(monkeypatch):
    def half(payload, now):
        publish("test.other", now=now)
        raise Poison

    monkeypatch.setitem(events._handlers, "test.happened", [half])
    event = publish("test.happened", n=1, now=NOW)

    with pytest.raises(Poison):
        relay_event(event_id=event.pk, now=NOW)

    assert not Event.objects.filter(name="test.other").exists()


def test_a_poisoned_event_is_given_up_after_five_tries_and_can_be_replayed(broken, capfd):
    event = publish("test.happened", n=1, now=NOW)
    for _ in range(TRIES):
        make_due(event)
        with pytest.raises(Poison):
            relay_event(event_id=event.pk, now=NOW)

    event.refresh_from_db()
    assert event.dead_at is not None
    assert event.last_error == "Poison: poison"
    assert "alarm.events_given_up" in capfd.readouterr().out
    make_due(event)
    assert not relay_event(event_id=event.pk, now=NOW)
    assert replay_dead(actor=command_actor("replay_events"), now=clock.now()) == 1
    row = AuditEntry.objects.get(action="outbox.replay")
    assert (row.actor_kind, row.capability, row.subject_reference, row.changes) == ("command", "machine", "all", {"events": [None, 1]})
    assert Event.objects.due().filter(pk=event.pk).exists()


def test_a_failed_try_waits_longer_each_time(broken):
    event = publish("test.happened", n=1, now=NOW)
    pauses = []
    for _ in range(3):
        with pytest.raises(Poison):
            relay_event(event_id=event.pk, now=NOW)
        event.refresh_from_db()
        pauses.append(round((event.available_at - now_of_database()).total_seconds()))
        make_due(event)

    assert pauses == [10, 40, 160]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_loses_nothing(settings, told, monkeypatch, capfd):
    from celery import Celery

    from foundation.outbox import tasks

    away = Celery("away", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    away.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    away.conf.task_publish_retry = settings.CELERY_TASK_PUBLISH_RETRY

    @away.task(name="relay")
    def relay(*, event_id):
        """What is asked of nobody."""

    monkeypatch.setattr(tasks, "relay", relay)
    with transaction.atomic():
        event = publish("test.happened", n=1, now=NOW)

    assert Event.objects.due().filter(pk=event.pk).exists()
    assert "OperationalError" in capfd.readouterr().out


def test_a_broker_that_hangs_delays_one_request_and_not_each(monkeypatch):
    asked = []

    def hang(**_):
        asked.append(1)
        raise TimeoutError

    monkeypatch.setattr("foundation.outbox.tasks.relay.apply_async", hang)
    for _ in range(20):
        hurry("an-event")

    assert asked == [1]


def test_the_sweep_has_workers_relay_what_nobody_came_for(told, monkeypatch):
    overdue, _fresh = (publish("test.happened", n=n, now=NOW) for n in (1, 2))
    make_due(overdue)
    asked = []
    monkeypatch.setattr("foundation.outbox.tasks.relay_overdue.apply_async", lambda **options: asked.append(options))

    assert sweep() == 1
    assert asked == [{"kwargs": {"queue": "celery"}, "queue": "bulk", "expires": SWEEP_EVERY}]
    assert relay_overdue() == 1
    assert told == [1]


def test_a_backlog_does_not_grow_by_being_swept(told, monkeypatch):
    publish_many("test.happened", payloads=[{"n": n} for n in range(SWEPT_AT_ONCE * (MOST_SWEEPERS + 2))], now=NOW)
    Event.objects.update(available_at=NOW)
    asked = []
    monkeypatch.setattr("foundation.outbox.tasks.relay_overdue.apply_async", lambda **options: asked.append(options))

    sweep()

    assert len(asked) == MOST_SWEEPERS


def test_an_event_that_still_waits_is_not_published_again(told):
    first = publish_once("test.happened", n=1, now=NOW)

    assert publish_once("test.happened", n=1, now=NOW) == first
    assert publish_once("test.happened", n=2, now=NOW) != first


def test_an_event_that_a_worker_has_taken_is_published_again(told):
    taken, done = (publish_once("test.happened", n=n, now=NOW) for n in (1, 2))
    take_events(Event.objects.filter(pk=taken.pk), most=1)
    relay_event(event_id=done.pk, now=NOW)

    assert publish_once("test.happened", n=1, now=NOW) != taken
    assert publish_once("test.happened", n=2, now=NOW) != done


@pytest.mark.django_db(transaction=True)
def test_an_event_published_again_waits_for_the_change_it_now_tells_of_too(told):
    event = publish("test.happened", n=1, now=NOW)

    def relay():
        try:
            return relay_event(event_id=event.pk, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            publish_once("test.happened", n=1, now=NOW)
            assert not threads.submit(relay).result(timeout=10)
        assert threads.submit(relay).result(timeout=10)
    assert told == [1]


def test_many_events_are_asked_for_together_and_one_that_fails_takes_no_other_with_it(monkeypatch):
    heard = []

    def fussy(payload, now):
        if payload["n"] == 2:
            raise Poison("poison")
        heard.append(payload["n"])

    monkeypatch.setitem(events._handlers, "test.happened", [fussy])
    publish_many("test.happened", payloads=[{"n": n} for n in (1, 2, 3)], now=NOW)
    ids = [str(pk) for pk in Event.objects.order_by("payload__n").values_list("pk", flat=True)]

    assert relay_together(event_ids=ids) == 2
    assert heard == [1, 3]
    assert Event.objects.get(done_at__isnull=True).attempts == 1


def test_poison_in_one_of_a_hundred_keeps_nothing_from_the_others(monkeypatch):
    heard = []

    def fussy(payload, now):
        if payload["n"] % 100 == 0:
            raise Poison("poison")
        heard.append(payload["n"])

    monkeypatch.setitem(events._handlers, "test.happened", [fussy])
    publish_many("test.happened", payloads=[{"n": n} for n in range(500)], now=NOW)
    for _ in range(TRIES):
        Event.objects.waiting().update(available_at=NOW)
        while relay_overdue():
            """Until nobody finds anything to do."""

    assert sorted(heard) == [n for n in range(500) if n % 100]
    assert list(Event.objects.dead().values_list("attempts", "last_error").distinct()) == [(TRIES, "Poison: poison")]
    assert Event.objects.dead().count() == 5


@pytest.fixture
def slow(monkeypatch):
    """An event whose handler computes, in a queue of its own."""
    heard = []
    monkeypatch.setattr(events, "_handlers", events._handlers.copy())
    monkeypatch.setattr(events, "_queues", events._queues.copy())
    events.register("test.slow", lambda payload, now: heard.append(payload["n"]), queue="documents")
    return heard


@pytest.mark.django_db(transaction=True)
def test_what_takes_long_is_asked_for_in_a_queue_of_its_own(slow, told, monkeypatch):
    asked = []
    monkeypatch.setattr("foundation.outbox.tasks.relay.apply_async", lambda **given: asked.append(given["queue"]))
    monkeypatch.setattr("foundation.outbox.tasks.relay_together.apply_async", lambda **given: asked.append(given["queue"]))

    publish("test.slow", n=1, now=NOW)
    publish("test.happened", n=1, now=NOW)
    publish_many("test.slow", payloads=[{"n": 2}], now=NOW)

    assert asked == ["documents", "celery", "documents"]


def test_the_sweep_keeps_quick_and_slow_apart(slow, told, monkeypatch):
    for name in ("test.slow", "test.happened"):
        make_due(publish(name, n=1, now=NOW))
    asked = []
    monkeypatch.setattr("foundation.outbox.tasks.relay_overdue.apply_async", lambda **options: asked.append(options["queue"]))

    assert sweep() == 2
    assert asked == ["bulk", "documents"]
    assert relay_overdue() == 1
    assert (told, slow) == ([1], [])
    assert relay_overdue(queue="documents") == 1
    assert slow == [1]


def test_a_flood_gives_others_their_turn(told, monkeypatch):
    monkeypatch.setattr("foundation.outbox.tasks.SECONDS_AT_A_STRETCH", 0.0)
    publish_many("test.happened", payloads=[{"n": n} for n in range(60)], now=NOW)
    ids = [str(pk) for pk in Event.objects.values_list("pk", flat=True)]
    asked = []
    monkeypatch.setattr("foundation.outbox.tasks.relay_together.apply_async", lambda **given: asked.append(given))

    assert relay_together(event_ids=ids) == TAKEN_AT_ONCE
    assert asked == [{"kwargs": {"event_ids": ids}, "queue": "bulk"}]


@pytest.mark.django_db(transaction=True)
def test_a_flood_is_asked_for_beside_what_is_told_alone(told, monkeypatch):
    asked = []
    monkeypatch.setattr("foundation.outbox.tasks.relay_together.apply_async", lambda **given: asked.append(given["queue"]))

    publish_many("test.happened", payloads=[{"n": 1}], now=NOW)

    assert asked == ["bulk"]


def test_every_queue_of_events_has_a_worker():
    served = {queue for command in ROLES.values() if "--queues" in command for queue in command[command.index("--queues") + 1].split(",")}

    assert {events.QUICK, events.BULK, *events.slow_queues()} <= served


def test_an_event_has_one_queue(slow):
    with pytest.raises(ValueError, match="documents"):
        events.register("test.slow", lambda payload, now: None)
