"""Events are told once, after the change they tell of, whatever dies in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction

from foundation.outbox import events
from foundation.outbox.events import publish, publish_many, publish_once
from foundation.outbox.models import Event
from foundation.outbox.operations.relay_event import LEASE, TRIES, relay_event
from foundation.outbox.operations.replay_dead import replay_dead
from foundation.outbox.tasks import relay_together, sweep

pytestmark = pytest.mark.django_db


class Poison(Exception):
    """What a broken handler raises."""


NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


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
    Event.objects.filter(pk=event.pk).update(leased_until=NOW + LEASE, attempts=1)

    assert not relay_event(event_id=event.pk, now=NOW + LEASE)
    assert relay_event(event_id=event.pk, now=NOW + LEASE + timedelta(seconds=1))


def test_a_handler_that_fails_leaves_no_half_work(monkeypatch):
    def half(payload, now):
        publish("test.other", now=now)
        raise Poison

    monkeypatch.setitem(events._handlers, "test.happened", [half])
    event = publish("test.happened", n=1, now=NOW)

    with pytest.raises(Poison):
        relay_event(event_id=event.pk, now=NOW)

    assert not Event.objects.filter(name="test.other").exists()


def test_a_poisoned_event_is_given_up_after_five_tries_and_can_be_replayed(broken):
    event = publish("test.happened", n=1, now=NOW)
    moment = NOW
    for _ in range(TRIES):
        moment += timedelta(hours=2)
        with pytest.raises(Poison):
            relay_event(event_id=event.pk, now=moment)

    event.refresh_from_db()
    assert event.dead_at is not None
    assert event.last_error == "Poison: poison"
    assert not relay_event(event_id=event.pk, now=moment + timedelta(days=1))
    assert replay_dead(now=moment) == 1
    assert Event.objects.due(moment).filter(pk=event.pk).exists()


def test_a_failed_try_waits_longer_each_time(broken):
    event = publish("test.happened", n=1, now=NOW)
    pauses = []
    moment = NOW
    for _ in range(3):
        with pytest.raises(Poison):
            relay_event(event_id=event.pk, now=moment)
        event.refresh_from_db()
        pauses.append((event.available_at - moment).total_seconds())
        moment = event.available_at

    assert pauses == [10, 40, 160]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_loses_nothing(settings, told, monkeypatch, capfd):
    from celery import Celery

    from foundation.outbox import tasks

    away = Celery("away", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    away.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    away.conf.task_publish_retry = settings.CELERY_TASK_PUBLISH_RETRY
    monkeypatch.setattr(tasks, "relay", away.task(name="relay")(lambda *, event_id: None))
    with transaction.atomic():
        event = publish("test.happened", n=1, now=NOW)

    assert Event.objects.due(NOW).filter(pk=event.pk).exists()
    assert "broker_away" in capfd.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_the_sweep_asks_again_for_what_is_due(told, monkeypatch):
    event = publish("test.happened", n=1, now=NOW)
    asked = []
    monkeypatch.setattr("foundation.outbox.tasks.hurry", asked.append)

    assert sweep() == 1
    assert asked == [str(event.pk)]


def test_an_event_that_still_waits_is_not_published_again(told):
    first = publish_once("test.happened", n=1, now=NOW)

    assert publish_once("test.happened", n=1, now=NOW) == first
    assert publish_once("test.happened", n=2, now=NOW) != first


def test_an_event_that_a_worker_has_taken_is_published_again(told):
    taken, done = (publish_once("test.happened", n=n, now=NOW) for n in (1, 2))
    Event.objects.filter(pk=taken.pk).update(leased_until=NOW + LEASE)
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
            relayed = threads.submit(relay)
            with pytest.raises(TimeoutError):
                relayed.result(timeout=0.3)
        assert relayed.result(timeout=10)
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
