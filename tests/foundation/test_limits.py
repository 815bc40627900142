"""Attempts are limited exactly, whoever calls at the same moment and whatever happens to Redis."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Barrier, BoundedSemaphore
from uuid import uuid4

import pytest
import redis
from django.conf import settings as site
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from foundation.errors import TooManyRequests, Unavailable
from foundation.limits import slow_hashes
from foundation.limits.document import render
from foundation.limits.limiter import bucket_key, give_back, take
from foundation.limits.management.commands.write_limits import PAGE
from foundation.limits.models import Bucket
from foundation.limits.operations.forget_expired import forget_expired
from foundation.limits.rules import INQUIRY_SELECTOR, RULES, Rule
from foundation.limits.slow_hashes import slow_hash_slot
from foundation.limits.tasks import forget
from tests.parallel import in_parallel

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def rule(allowed=3, window=10 * MINUTE, longest_lock=80 * MINUTE, scope="test"):
    return Rule(scope=scope, allowed=allowed, window=window, longest_lock=longest_lock, target="", attempt="", reason="")


def is_admitted(limit, now=NOW, target="a"):
    try:
        take(limit, target=target, now=now)
    except TooManyRequests:
        return False
    return True


def seconds_refused(limit, now=NOW, target="a"):
    with pytest.raises(TooManyRequests) as refusal:
        take(limit, target=target, now=now)
    return refusal.value.retry_after


def fill(limit, now=NOW):
    """Take until the target is locked; return for how many seconds it is."""
    while is_admitted(limit, now):
        pass
    return seconds_refused(limit, now)


@pytest.mark.django_db
class TestOneTarget:
    def test_is_allowed_so_many_attempts_and_no_more(self):
        assert [is_admitted(rule()) for _ in range(6)] == [True] * 3 + [False] * 3

    def test_is_told_when_to_come_back(self):
        assert fill(rule()) == 600
        assert seconds_refused(rule(), NOW + timedelta(seconds=1.5)) == 599
        assert seconds_refused(rule(), NOW + 9 * MINUTE + timedelta(seconds=59.5)) == 1

    def test_may_try_again_when_the_lock_is_over(self):
        fill(rule())
        assert is_admitted(rule(), NOW + 10 * MINUTE)

    def test_starts_afresh_when_the_window_is_over(self):
        assert [is_admitted(rule(), NOW + 6 * minutes * MINUTE) for minutes in range(4)] == [True] * 4

    def test_is_locked_twice_as_long_each_time_up_to_the_longest(self):
        moment, locks = NOW, []
        for _ in range(6):
            locks.append(fill(rule(), moment) // 60)
            moment += locks[-1] * MINUTE
        assert locks == [10, 20, 40, 80, 80, 80]

    def test_is_forgiven_after_keeping_quiet_for_the_longest_lock(self):
        fill(rule())
        fill(rule(), NOW + 10 * MINUTE)
        assert fill(rule(), NOW + (30 + 80) * MINUTE) == 600

    def test_is_not_forgiven_a_moment_earlier(self):
        fill(rule())
        fill(rule(), NOW + 10 * MINUTE)
        assert fill(rule(), NOW + (30 + 80) * MINUTE - timedelta(seconds=1)) == 2400

    def test_does_not_keep_quiet_while_a_window_is_open(self):
        fill(rule())
        take(rule(), target="a", now=NOW + 10 * MINUTE)
        assert fill(rule(), NOW + (20 + 80) * MINUTE - timedelta(seconds=1)) == 1200

    def test_is_always_locked_as_long_where_nothing_doubles(self):
        limit = rule(longest_lock=10 * MINUTE)
        assert [fill(limit, NOW + 10 * turn * MINUTE) for turn in range(3)] == [600] * 3

    def test_gets_no_longer_lock_by_knocking_while_locked(self):
        fill(rule())
        for minute in range(10):
            assert seconds_refused(rule(), NOW + minute * MINUTE) == 600 - 60 * minute
        assert is_admitted(rule(), NOW + 10 * MINUTE)

    def test_may_be_allowed_a_single_attempt(self):
        assert [is_admitted(rule(allowed=1)) for _ in range(2)] == [True, False]
        assert fill(rule(allowed=1), NOW + 10 * MINUTE) == 1200

    def test_does_not_limit_another_target_or_another_rule(self):
        fill(rule())
        assert is_admitted(rule(), target="b")
        assert is_admitted(rule(scope="other"))


@pytest.mark.django_db
class TestARightAttempt:
    def test_does_not_count(self):
        for _ in range(10):
            give_back([take(rule(), target="a", now=NOW)])
        assert [is_admitted(rule()) for _ in range(4)] == [True, True, True, False]

    def test_lifts_the_lock_that_it_made_and_its_strike(self):
        take(rule(), target="a", now=NOW)
        take(rule(), target="a", now=NOW)
        give_back([take(rule(), target="a", now=NOW)])
        assert fill(rule()) == 600

    def test_lifts_no_more_than_itself(self):
        permits = [take(rule(), target="a", now=NOW) for _ in range(3)]
        give_back(permits[:1])
        assert [is_admitted(rule()) for _ in range(2)] == [True, False]

    def test_of_a_window_that_is_over_changes_nothing(self):
        early = take(rule(), target="a", now=NOW)
        fill(rule(), NOW + 10 * MINUTE)
        give_back([early])
        assert seconds_refused(rule(), NOW + 10 * MINUTE) == 600


@pytest.mark.django_db
@profile(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=60))
def test_no_history_of_wrong_attempts_gets_more_than_the_limit_in_any_window(steps):
    limit, target = rule(), str(steps)
    moment, window, taken = NOW, None, 0
    for pause, is_right in steps:
        moment += timedelta(seconds=pause)
        try:
            permit = take(limit, target=target, now=moment)
        except TooManyRequests:
            continue
        if permit.window_started_at != window:
            window, taken = permit.window_started_at, 0
        taken += 1
        assert taken <= limit.allowed
        assert window <= moment < window + limit.window
        if is_right:
            give_back([permit])
            taken -= 1


# --- real transactions ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_five_hundred_at_the_same_moment_exactly_the_limit_gets_through():
    admitted = in_parallel(lambda _: is_admitted(INQUIRY_SELECTOR), 500)
    assert Counter(admitted) == {True: INQUIRY_SELECTOR.allowed, False: 500 - INQUIRY_SELECTOR.allowed}


@pytest.mark.django_db(transaction=True)
def test_a_limiter_that_reads_and_then_writes_would_be_caught():
    everyone_has_read = Barrier(16)

    def is_admitted_by_mistake(_):
        is_below = Bucket.objects.filter(scope="test").count() < INQUIRY_SELECTOR.allowed
        everyone_has_read.wait(timeout=30)
        if is_below:
            Bucket.objects.create(key=uuid4(), scope="test", window_started_at=NOW, taken=1, strikes=0, expires_at=NOW)
        return is_below

    assert sum(in_parallel(is_admitted_by_mistake, 16)) > INQUIRY_SELECTOR.allowed


@pytest.mark.django_db(transaction=True)
def test_right_attempts_at_the_same_moment_leave_nothing_behind():
    limit = rule(allowed=20)
    in_parallel(lambda _: give_back([take(limit, target="a", now=NOW)]), 200)
    assert Bucket.objects.values_list("taken", "strikes").get() == (0, 0)
    assert sum(in_parallel(lambda _: is_admitted(limit), 60)) == 20


@pytest.mark.django_db(transaction=True)
def test_the_site_counts_with_the_rights_of_its_own_role():
    assert is_admitted(rule())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("hall_app",)


@pytest.mark.django_db(transaction=True)
def test_an_attempt_cannot_hide_in_a_transaction_that_is_rolled_back():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        take(rule(), target="a", now=NOW)
    assert not Bucket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_lock_outlives_everything_in_redis():
    fill(rule())
    redis.Redis.from_url(site.CACHES["default"]["LOCATION"]).flushall()
    assert not is_admitted(rule())


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_table_holds_neither_addresses_nor_codes():
    take(rule(), target="203.0.113.0/24", now=NOW)
    row = Bucket.objects.values().get()
    assert "203.0.113" not in str(row)
    assert row["key"] == bucket_key(rule(), "203.0.113.0/24") != bucket_key(rule(), "203.0.114.0/24")


@pytest.mark.django_db
def test_what_is_forgotten_limited_nothing_any_more():
    for number in range(7):
        take(rule(), target=f"old {number}", now=NOW - timedelta(days=2))
    fill(rule())
    assert forget_expired(now=NOW, batch=3) == 7
    assert not is_admitted(rule())
    assert forget_expired(now=NOW) == 0


@pytest.mark.django_db
def test_an_open_window_is_not_forgotten():
    limit = rule(longest_lock=10 * MINUTE)
    for _ in range(2):
        take(limit, target="a", now=NOW)
    assert forget_expired(now=NOW + 9 * MINUTE) == 0
    assert [is_admitted(limit, NOW + 9 * MINUTE) for _ in range(2)] == [True, False]


@pytest.mark.django_db
def test_the_task_forgets_too():
    take(rule(), target="old", now=NOW - timedelta(days=4000))
    assert (forget(), forget()) == (1, 0)


# --- the rules --------------------------------------------------------------------------------------------------------


def test_the_page_of_limits_says_what_the_rules_say():
    assert PAGE.read_text(encoding="utf-8") == render(), "write it anew: python manage.py write_limits"


def test_each_limit_has_a_name_of_its_own_that_fits_its_column():
    scopes = [each.scope for each in RULES]
    assert len(set(scopes)) == len(scopes)
    assert max(map(len, scopes)) <= Bucket._meta.get_field("scope").max_length


@pytest.mark.parametrize("wrong", [{"allowed": 0}, {"window": timedelta(0)}, {"longest_lock": MINUTE}])
def test_a_limit_that_limits_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="test"):
        rule(**wrong)


# --- slow hashes ------------------------------------------------------------------------------------------------------


@pytest.fixture
def one_slot(monkeypatch):
    monkeypatch.setattr(slow_hashes, "_slots", BoundedSemaphore(1))
    monkeypatch.setattr(slow_hashes, "SLOW_HASH_WAIT", timedelta(milliseconds=10))


def test_slow_hashes_wait_for_a_slot_and_give_up_in_time(one_slot):
    with slow_hash_slot():
        with pytest.raises(Unavailable) as refusal, slow_hash_slot():
            pass
        assert refusal.value.retry_after == 1
    with slow_hash_slot():
        pass


def test_a_slot_is_free_again_after_a_failure(one_slot):
    with pytest.raises(ZeroDivisionError), slow_hash_slot():
        _ = 1 / 0
    with slow_hash_slot():
        pass


def test_a_process_runs_two_slow_hashes_per_core():
    assert slow_hashes._slots._initial_value == 2 * slow_hashes.CORES
