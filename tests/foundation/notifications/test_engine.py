"""What was promised to be told is told once, whatever the provider does and wherever a worker dies."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from foundation.accounts.actors import command_actor
from foundation.audit.models import AuditEntry
from foundation.clock import CITY_ZONE
from foundation.errors import Conflict, Hidden
from foundation.notifications.models import Attempt, Delivery, Notice, Unreached
from foundation.notifications.operations.record_report import record_report
from foundation.notifications.operations.record_result import Result, record_result
from foundation.notifications.operations.replay import replay_dead
from foundation.notifications.operations.resend import resend
from foundation.notifications.operations.settle_unreached import settle_unreached
from foundation.notifications.operations.sweep import sweep_deliveries
from foundation.notifications.operations.take_delivery import LEASE, take_delivery
from foundation.notifications.outside import without_database
from foundation.notifications.retries import PAUSES, TRIES, pause_after
from foundation.notifications.sending import AT_ONCE, drain, send_next
from tests.parallel import in_parallel
from tests.plugins.people import NOW

pytestmark = pytest.mark.django_db


def test_a_notice_stands_in_the_hall_at_once_and_goes_the_first_way_that_leads_to_its_reader(tell, send, providers, delivery_of):
    notice = tell()

    assert delivery_of(notice, "in-app").state == "delivered"
    assert delivery_of(notice).state == "waiting"
    assert send() == 1
    assert delivery_of(notice).state == "accepted"
    assert [address for address, *_ in providers["sms"].calls] == ["13800000001"]
    assert not providers["email"].calls


def test_whoever_is_told_twice_of_the_same_is_told_once(tell, send, providers):
    assert tell().pk == tell().pk
    tell(occurrence="2")
    send()

    assert Notice.objects.count() == 2
    assert Delivery.objects.filter(channel="sms").count() == 2


@pytest.mark.django_db(transaction=True)
def test_sixteen_handlers_at_the_same_moment_tell_once(tell):
    in_parallel(lambda number: tell(), 16)

    assert (Notice.objects.count(), Delivery.objects.filter(channel="sms").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_workers_each_takes_another_delivery(tell, providers, moment):
    for number in range(5):
        tell(number, event="test-mandatory")

    taken = [each for each in in_parallel(lambda number: take_delivery(channel="sms", now=moment()), 16) if each]

    assert len({each.pk for each in taken}) == len(taken) == 5


def test_the_provider_knows_a_delivery_by_its_own_id(tell, send, providers, delivery_of):
    notice = tell()
    send()

    assert list(providers["sms"].taken) == [str(delivery_of(notice).pk)]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_and_no_connection_is_held_while_a_provider_is_asked(tell, send, providers):
    seen = []
    providers["sms"].script = [lambda: seen.append((connection.in_atomic_block, connection.connection))]
    tell()
    send()

    assert seen == [(False, None)]


@pytest.mark.django_db(transaction=True)
def test_asking_a_provider_inside_a_transaction_is_a_defect_that_shows():
    with transaction.atomic(), pytest.raises(RuntimeError), without_database():
        pass


def test_a_worker_that_died_before_it_asked_is_followed_by_another(tell, send, providers, moment, delivery_of):
    notice = tell()
    take_delivery(channel="sms", now=moment())
    assert send() == 0

    moment(seconds=LEASE.total_seconds() + 1)

    assert send() == 1
    assert delivery_of(notice).state == "accepted"
    assert list(Attempt.objects.order_by("number").values_list("number", "outcome")) == [(1, "lost"), (2, "accepted")]


def test_a_worker_that_died_after_the_provider_took_it_is_recognised(tell, send, providers, moment, delivery_of):
    notice = tell()
    providers["sms"].hand_over(
        address="13800000001", message=type("M", (), {"text": "x"}), reference=str(take_delivery(channel="sms", now=moment()).pk)
    )
    moment(seconds=LEASE.total_seconds() + 1)
    send()

    assert delivery_of(notice).state == "accepted"
    assert (len(providers["sms"].calls), len(providers["sms"].taken)) == (2, 1)


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_reference(tell, send, providers, moment, delivery_of):
    providers["sms"].script = ["drop"]
    notice = tell()
    send()
    assert (delivery_of(notice).state, Attempt.objects.get().outcome) == ("waiting", "unknown")

    moment(minutes=6)
    send()

    assert delivery_of(notice).state == "accepted"
    assert (len(providers["sms"].calls), len(providers["sms"].taken)) == (2, 1)


def test_a_provider_that_is_away_is_asked_for_four_hours_then_another_way_is_gone(tell, send, providers, moment, delivery_of):
    providers["sms"].script = ["away"] * 100
    notice = tell(event="test-mandatory")
    for _ in range(60):
        send()
        moment(minutes=5)

    dead = delivery_of(notice)
    assert (dead.state, dead.attempts, dead.reason) == ("failed", TRIES, "ConnectionRefusedError")
    assert dead.dead_at - NOW <= timedelta(hours=4, minutes=35)
    assert delivery_of(notice, "email").state == "waiting"
    assert send("email") == 1
    assert delivery_of(notice, "email").state == "accepted"


def test_pauses_grow_to_four_hours_and_are_not_the_same_for_all():
    from uuid import uuid4

    assert sum(PAUSES, timedelta()) == timedelta(hours=4)
    assert [pause_after(number, delivery=uuid4()) is None for number in range(1, TRIES + 1)] == [False] * (TRIES - 1) + [True]
    pauses = {pause_after(1, delivery=uuid4()) for _ in range(50)}
    assert len(pauses) > 40
    assert all(timedelta(minutes=4) <= pause <= timedelta(minutes=5) for pause in pauses)


def test_a_number_that_is_none_goes_the_next_way_at_once(tell, send, providers, delivery_of):
    providers["sms"].script = ["refuse"]
    notice = tell()
    send()

    assert (delivery_of(notice).state, delivery_of(notice).dead_at) == ("failed", None)
    assert delivery_of(notice, "email").state == "waiting"


def test_where_no_way_is_left_the_unit_has_it_in_its_worklist(tell, send, providers, station, desk_clerk, foreign_officer):
    providers["sms"].script, providers["email"].script = ["refuse"], ["refuse"]
    notice = tell(unit=station)
    send()
    send("email")

    row = Unreached.objects.get()
    assert (row.notice, row.reason) == (notice, "number_void")
    assert list(Unreached.objects.visible_to(desk_clerk).open()) == [row]
    assert not Unreached.objects.visible_to(foreign_officer)
    with pytest.raises(Hidden):
        settle_unreached(actor=foreign_officer, unreached_id=row.pk, how="by_phone", now=NOW)
    settle_unreached(actor=desk_clerk, unreached_id=row.pk, how="by_phone", now=NOW)
    assert not Unreached.objects.open()
    with pytest.raises(Conflict):
        settle_unreached(actor=desk_clerk, unreached_id=row.pk, how="by_phone", now=NOW)


def report(delivery, status, *, reason="", now=NOW):
    return record_report(reference=str(delivery.pk), status=status, reason=reason, at=now, now=now)


def test_what_was_delivered_never_goes_back(tell, send, providers, delivery_of):
    notice = tell()
    send()
    delivery = delivery_of(notice)

    assert [report(delivery, each) for each in ("sent", "delivered", "sent", "failed", "delivered")] == [False, True, False, False, False]
    assert delivery_of(notice).state == "delivered"
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state="failed", reason="slip", delivered_at=None)


def test_a_report_that_is_faster_than_the_answer_counts(tell, providers, moment, delivery_of):
    notice = tell()
    delivery = take_delivery(channel="sms", now=moment())
    report(delivery, "delivered")
    state = record_result(delivery_id=delivery.pk, attempt=1, began_at=NOW, result=Result(outcome="accepted", provider_id="P"), now=NOW)

    assert state == "delivered"
    assert delivery_of(notice).provider_id == "P"


@pytest.mark.django_db(transaction=True)
def test_a_thousand_reports_of_the_same_are_one(tell, send, providers, delivery_of):
    notice = tell()
    send()
    delivery = delivery_of(notice)

    changed = in_parallel(lambda number: report(delivery, ("failed", "delivered")[number % 2]), 200)

    assert 1 <= sum(changed) <= 2
    assert delivery_of(notice).state == "delivered"
    assert Delivery.objects.filter(notice=notice, channel="email").count() <= 1


def test_a_report_of_what_nobody_sent_changes_nothing(person):
    assert not record_report(reference="0b9f1c9e-8a53-4a5e-9d3f-6f3f2a8f6a10", status="delivered", reason="", at=NOW, now=NOW)
    assert not record_report(reference="' OR 1=1", status="delivered", reason="", at=NOW, now=NOW)


def test_a_provider_that_lied_is_found_out_and_another_way_is_gone(tell, send, providers, delivery_of):
    notice = tell()
    send()
    report(delivery_of(notice), "failed", reason="number_void")

    assert delivery_of(notice).state == "failed"
    assert delivery_of(notice, "email").state == "waiting"


def test_the_late_result_of_a_worker_that_lost_its_lease_counts_only_if_it_is_good(tell, send, providers, moment, delivery_of):
    notice = tell()
    slow = take_delivery(channel="sms", now=moment())
    moment(seconds=LEASE.total_seconds() + 1)
    second = take_delivery(channel="sms", now=moment())
    record_result(delivery_id=slow.pk, attempt=1, began_at=NOW, result=Result(outcome="unavailable", reason="timeout"), now=moment())
    assert (delivery_of(notice).state, second.attempts) == ("sending", 2)

    record_result(delivery_id=slow.pk, attempt=1, began_at=NOW, result=Result(outcome="accepted"), now=moment())

    assert delivery_of(notice).state == "accepted"


def at(hour, minute=0):
    return datetime(2026, 3, 2, hour, minute, tzinfo=CITY_ZONE)


def test_nobody_is_woken_at_night_but_by_what_is_urgent(tell, send, moment, providers, delivery_of):
    moment(seconds=(at(23) - NOW).total_seconds())
    quiet, urgent = tell(1, now=at(23)), tell(2, event="test-mandatory", now=at(23))

    assert (delivery_of(quiet).state, delivery_of(quiet).reason) == ("held", "quiet_hours")
    assert send() == 1
    assert delivery_of(urgent).state == "accepted"
    moment(hours=8)
    assert send() == 1
    assert delivery_of(quiet).accepted_at == at(7) + timedelta(days=1)


def test_a_retry_that_falls_into_the_night_waits_for_the_morning(tell, send, moment, providers, delivery_of):
    providers["sms"].script = ["away"]
    moment(seconds=(at(21, 59) - NOW).total_seconds())
    notice = tell(now=at(21, 59))
    send()
    moment(minutes=6)
    send()

    assert (delivery_of(notice).state, delivery_of(notice).attempts) == ("held", 1)


def test_a_template_that_nobody_wrote_is_a_dead_letter_with_a_reason_and_can_be_replayed(
    tell, send, moment, providers, delivery_of, monkeypatch
):
    from foundation.audit.alarm_models import Alarm
    from foundation.notifications import templates

    words = templates.all_templates
    monkeypatch.setattr(templates, "all_templates", dict)
    notice = tell(event="test-mandatory")
    for _ in range(20):
        send()
        moment(minutes=20)
    assert (delivery_of(notice).state, delivery_of(notice).reason, delivery_of(notice).attempts) == ("failed", "template_missing", 5)
    assert Alarm.objects.get().kind == "dead_letters"
    assert not providers["sms"].calls

    monkeypatch.setattr(templates, "all_templates", words)
    replay_dead(actor=command_actor("replay_deliveries"), now=moment())
    assert AuditEntry.objects.get(action="delivery.replay").changes == {"deliveries": [None, 1], "failed_for": [None, None]}
    send()

    assert delivery_of(notice).state == "accepted"
    assert Attempt.objects.filter(delivery=delivery_of(notice)).count() == 6


def test_poison_stops_nobody_else(tell, send, moment, providers, delivery_of, monkeypatch):
    notices = [tell(number, event="test-mandatory", values={"is_bad": number == 0}) for number in range(3)]
    from foundation.notifications import sending

    real = sending.render

    def render(event, channel, language, values):
        if values["is_bad"]:
            raise ZeroDivisionError
        return real(event, channel, language, values)

    monkeypatch.setattr(sending, "render", render)
    for _ in range(3):
        send()
        moment(seconds=61)

    assert [delivery_of(notice).state for notice in notices] == ["waiting", "accepted", "accepted"]


def test_a_desk_sends_again_as_a_message_of_its_own(tell, send, moment, providers, station, desk_clerk, foreign_officer, delivery_of):
    notice = tell(unit=station)
    with pytest.raises(Conflict):
        resend(actor=desk_clerk, delivery_id=delivery_of(notice).pk, now=NOW)
    send()
    with pytest.raises(Hidden):
        resend(actor=foreign_officer, delivery_id=delivery_of(notice).pk, now=NOW)
    moment(minutes=2)
    again = resend(actor=desk_clerk, delivery_id=delivery_of(notice).pk, now=moment())
    send()

    assert again.round == 2
    assert len(providers["sms"].taken) == 2


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_hangs_takes_its_own_threads_and_no_others(tell, providers, moment):
    gate = threading.Event()
    providers["sms"].script = [lambda: gate.wait(20)] * 12
    for number in range(3):
        tell(number, event="test-mandatory", route=f"number:1380000000{number}")
    hanging = threading.Thread(target=in_parallel, args=(lambda number: send_next("sms"), 3))
    hanging.start()
    try:
        assert drain("email") == (0, False)
    finally:
        gate.set()
        hanging.join()


def test_beyond_its_threads_a_channel_is_left_to_those_who_work(providers, person):
    from foundation.notifications.sending import _slots

    for _ in range(AT_ONCE):
        _slots["sms"].acquire()
    try:
        assert drain("sms") == (0, False)
    finally:
        for _ in range(AT_ONCE):
            _slots["sms"].release()


def test_the_sweep_finds_what_the_broker_lost(tell, moment, providers):
    tell()
    assert sweep_deliveries(now=moment()) == ["sms"]
    take_delivery(channel="sms", now=moment())
    assert sweep_deliveries(now=moment()) == []
    assert sweep_deliveries(now=moment(seconds=LEASE.total_seconds() + 1)) == ["sms"]


def test_a_channel_that_is_late_raises_an_alarm_and_one_that_is_not_raises_none(tell, moment, providers):
    from foundation.audit.alarm_models import Alarm

    for number in range(20):
        tell(number)
    Delivery.objects.filter(channel="sms").update(state="accepted", accepted_at=NOW + timedelta(minutes=1))
    sweep_deliveries(now=moment(minutes=10))
    assert not Alarm.objects.exists()

    late = list(Delivery.objects.filter(channel="sms").values_list("pk", flat=True)[:3])
    Delivery.objects.filter(pk__in=late).update(accepted_at=NOW + timedelta(minutes=6))
    sweep_deliveries(now=moment())

    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.subject_reference, alarm.evidence) == ("channel_late", "sms", {"late": 3, "messages": 20})


def test_news_of_a_matter_of_which_a_message_still_waits_goes_with_that_one(tell, send, moment, providers, delivery_of):
    moment(seconds=(at(23) - NOW).total_seconds())
    first, second = tell(now=at(23)), tell(occurrence="2", now=at(23))
    other, urgent = tell(7, now=at(23)), tell(event="test-mandatory", occurrence="3", now=at(23))

    assert [delivery_of(each).state for each in (first, second, other, urgent)] == ["held", "skipped", "held", "waiting"]
    assert delivery_of(second).reason == "told_together"
    assert delivery_of(second, "in-app").state == "delivered"
