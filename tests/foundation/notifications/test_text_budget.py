"""No number gets more than 10 texts a day, 5 an hour, 1 a minute, whoever asks: codes and notices share one budget."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from foundation.limits.rules import TEXT_DAY, TEXT_GAP, TEXT_HOUR
from foundation.notifications.text_budget import take_text
from foundation.one_time_codes.operations import ask_for_code as asking
from tests.parallel import in_parallel
from tests.plugins.people import NOW

pytestmark = pytest.mark.django_db
NUMBER = "13800000001"


def most_within(moments, span):
    return max((sum(1 for each in moments if start <= each < start + span) for start in moments), default=0)


@pytest.mark.django_db(transaction=True)
def test_of_ten_thousand_requests_from_five_hundred_sources_ten_become_texts(monkeypatch):
    """Every second request is somebody's who asks for a code, every second a notice; each source asks ten times in a day."""
    monkeypatch.setattr(asking, "take", lambda rule, *, target, now: sources.update([target]))
    monkeypatch.setattr(asking, "publish", lambda name, *, may_send, now, **_: sent.append(now) if may_send else None)
    sources, sent = Counter(), []
    step = timedelta(hours=24) / 10_000
    for number in range(10_000):
        now = NOW + number * step
        if number % 2:
            asking.ask_for_code(purpose="sign-in", number=NUMBER, source=f"source-{number // 2 % 500}", language="en", now=now)
        elif take_text(NUMBER, is_ordinary=number % 4 == 0, now=now).is_open:
            sent.append(now)

    assert len(sources) == 500 and sources.total() == 5_000
    assert len(sent) == TEXT_DAY.allowed == 10
    assert most_within(sent, timedelta(hours=1)) == TEXT_HOUR.allowed == 5
    assert all(later - earlier >= timedelta(seconds=60) for earlier, later in pairwise(sent))
    assert TEXT_GAP.window == timedelta(seconds=60)


@pytest.mark.django_db(transaction=True)
def test_if_each_had_a_budget_of_its_own_there_would_be_more(monkeypatch):
    """The broken variant: codes and notices count apart."""
    sent = []
    step = timedelta(hours=24) / 2_000
    for number in range(2_000):
        if take_text(f"{NUMBER}/{number % 2}", is_ordinary=False, now=NOW + number * step).is_open:
            sent.append(NOW + number * step)

    assert len(sent) > TEXT_DAY.allowed


@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_the_same_moment_one_gets_through():
    assert sum(in_parallel(lambda number: take_text(NUMBER, is_ordinary=False, now=NOW).is_open, 50)) == 1


def test_what_is_held_goes_when_it_may_and_what_is_mandatory_goes_first(tell, send, moment, providers, delivery_of):
    ordinary = [tell(number) for number in range(3)]
    send()
    assert [delivery_of(each).state for each in ordinary] == ["accepted", "held", "held"]
    mandatory = tell(9, event="test-mandatory", now=moment())
    send()
    assert delivery_of(mandatory).state == "held"
    moment(seconds=60)
    send()

    assert delivery_of(mandatory).state == "accepted"
    assert [delivery_of(each).state for each in ordinary] == ["accepted", "held", "held"]


def test_ordinary_texts_leave_room_for_codes_and_for_what_is_mandatory(tell, send, moment, providers, delivery_of):
    for number in range(8):
        tell(number)
    for _ in range(30):
        send()
        moment(seconds=61)

    assert len(providers["sms"].taken) == 3
    assert take_text(NUMBER, is_ordinary=False, now=moment()).is_open


def test_all_that_was_held_goes_in_the_end(tell, send, moment, providers, delivery_of):
    notices = [tell(number) for number in range(8)]
    for _ in range(36):
        send()
        moment(hours=1, seconds=61)

    assert {delivery_of(each).state for each in notices} == {"accepted"}


def test_a_text_that_certainly_did_not_go_is_not_counted(tell, send, moment, providers, delivery_of):
    providers["sms"].script = ["away"]
    tell()
    send()

    assert take_text(NUMBER, is_ordinary=False, now=moment()).is_open


def test_a_text_that_may_have_gone_is_counted(tell, send, moment, providers, delivery_of):
    providers["sms"].script = ["drop"]
    tell()
    send()

    assert not take_text(NUMBER, is_ordinary=False, now=moment()).is_open
