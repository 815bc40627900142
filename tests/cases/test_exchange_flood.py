"""A feed that closes far more cases than it should stops itself, and a person decides; gaps that nobody fills are skipped by one."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.domain.flood import closings_allowed
from cases.exchange_queries import feeds_at_a_glance, feeds_for, waiting_cases
from cases.models import Case, ExchangeMessage, ProgressEntry, Quarantine
from cases.operations.release_quarantine import AT_ONCE, catch_up, drop_quarantine, release_quarantine
from cases.operations.skip_gap import skip_gap
from foundation.audit.models import AuditEntry
from foundation.errors import Conflict, NotAllowed, NotFound
from foundation.outbox.models import Event
from foundation.outbox.operations.relay_event import relay_event
from tests.cases.exchange import case_of, codes, make_feed, news, registration, states, step, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(bureau, station, theft):
    return make_feed(bureau)


@pytest.fixture
def send(feed, now):
    return lambda *messages, at=now: take(feed, *messages, now=at)


@pytest.fixture
def feed_manager(appoint, act, bureau):
    return act(appoint("feed-manager", bureau, "feed-manager"))


@pytest.fixture
def calls(db):
    from cases.models import Category

    return Category.objects.create(code="test-call", kind="alert", name_en="Call", name_zh="警情")


def ready_to_close(send, names):
    send(*(registration(name) for name in names))
    send(*(step(name, 2, "not_filed") for name in names))


def closings(names, number=3):
    return [step(name, number, "closed") for name in names]


def run_events(name, now):
    """Let the worker do what waits under a name, and what that asks for."""
    while event := Event.objects.due().filter(name=name).first():
        assert relay_event(event_id=event.pk, now=now)


NAMES = [f"A{n}" for n in range(30)]


@pytest.fixture
def held(send):
    """Thirty cases of which nothing was closed, because all were told to be closed at once."""
    ready_to_close(send, NAMES)
    assert set(states(send(*closings(NAMES)))) == {"quarantined"}


# --- how much is too much ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by_hour", "open_cases", "allowed"),
    [
        ([], 100, 20),
        ([], 10_000, 500),
        ([3] * 24, 10_000, 30),
        ([3] * 23, 10_000, 500),
        ([1] * 30, 10_000, 20),
        ([50] * 30, 1_000, 50),
        ([1, 9] * 15, 100_000, 50),
        ([], None, None),
        ([30] * 24, None, 300),
    ],
)
def test_ordinary_is_ten_times_the_usual_and_one_in_twenty_of_the_open_cases(by_hour, open_cases, allowed):
    assert closings_allowed(by_hour=by_hour, open_cases=open_cases) == allowed


def test_twenty_closings_within_an_hour_are_nobodys_flood(send):
    ready_to_close(send, NAMES)

    assert set(states(send(*closings(NAMES[:20])))) == {"applied"}


def test_a_flood_of_closings_is_held_and_nothing_of_it_is_shown(send, feed):
    ready_to_close(send, NAMES)
    entries, events = ProgressEntry.objects.count(), Event.objects.filter(name="case.progressed").count()

    assert set(states(send(*closings(NAMES)))) == {"quarantined"}
    assert not Case.objects.filter(closed_at__isnull=False).exists()
    assert (ProgressEntry.objects.count(), Event.objects.filter(name="case.progressed").count()) == (entries, events)
    quarantine = Quarantine.objects.get()
    assert (quarantine.closings, quarantine.allowed, quarantine.closes) == (30, 20, "case")
    assert AuditEntry.objects.get(action="exchange.quarantine").changes == {"case": [20, 30]}


def test_a_flood_in_small_portions_is_held_from_the_first_one_too_many(send):
    ready_to_close(send, NAMES)

    told = [answer for name in NAMES for answer in states(send(*closings([name])))]
    assert told == ["applied"] * 20 + ["quarantined"] * 10


def test_closings_of_an_earlier_hour_are_not_counted(send, now):
    ready_to_close(send, NAMES)
    send(*closings(NAMES[:15]))

    assert set(states(send(*closings(NAMES[15:]), at=now + timedelta(minutes=61)))) == {"applied"}


def test_a_large_feed_closes_more_than_a_small_one(send):
    names = [f"B{n}" for n in range(480)]
    send(*(registration(name) for name in names))
    ready_to_close(send, NAMES)

    assert set(states(send(*closings(NAMES[:25])))) == {"applied"}


def test_what_is_usual_for_a_feed_counts_too(send, feed, now):
    names = [f"B{n}" for n in range(480)]
    send(*(registration(name) for name in names))
    ready_to_close(send, NAMES)
    for hour in range(24):
        ExchangeMessage.objects.create(
            feed=feed,
            message_id=f"past-{hour}",
            source_case_id="past",
            source_sequence=hour + 1,
            payload_digest=b"",
            received_at=now - timedelta(hours=hour + 2),
            settled_at=now - timedelta(hours=hour + 2),
            state="applied",
            closes="case",
        )

    assert set(states(send(*closings(NAMES[:25])))) == {"quarantined"}
    assert Quarantine.objects.get().allowed == 20


def test_calls_that_end_within_the_hour_are_no_flood_of_closed_cases(send, calls):
    names = [f"C{n}" for n in range(60)]
    send(*(registration(name, kind="alert", category="test-call") for name in names))

    assert set(states(send(*(step(name, 2, "handled") for name in names)))) == {"applied"}


def test_closings_that_are_refused_anyway_are_no_flood(send):
    send(*(registration(name) for name in NAMES))

    assert set(codes(send(*(step(name, 2, "closed") for name in NAMES)))) == {"refused:transition_not_possible"}
    assert not Quarantine.objects.exists()


# --- while it is held -------------------------------------------------------------------------------------------------


def test_what_comes_behind_a_held_message_waits_and_other_cases_go_on(send, held):
    answers = send(news("A1", 4), registration("B1"), step("B1", 2, "filed"))

    assert [(answer.state, answer.waiting_for) for answer in answers] == [("waiting", 3), ("applied", None), ("applied", None)]


def test_every_further_closing_is_held_and_a_held_one_sent_again_is_told_so(send, held):
    ready_to_close(send, ["B1"])

    assert states(send(*closings(["B1"]))) == ["quarantined"]
    again = ExchangeMessage.objects.filter(source_case_id="A1", state="quarantined").values_list("message_id", flat=True)[0]
    answers = send(step("A1", 3, "closed", message_id=again))
    assert [(answer.state, answer.is_repeated) for answer in answers] == [("quarantined", True)]


def test_one_feed_is_held_and_another_is_not(send, held, now, foreign_station):
    other = make_feed(foreign_station.parent.parent, code="other-system")
    take(other, registration("A1", unit=foreign_station.code), step("A1", 2, "not_filed"), now=now)

    assert states(take(other, step("A1", 3, "closed"), now=now)) == ["applied"]


# --- release and drop -------------------------------------------------------------------------------------------------


def test_what_is_released_acts_in_the_order_of_each_case(send, feed, held, feed_manager, now, later):
    send(news("A1", 4), step("A1", 5, "investigating"))
    release_quarantine(actor=feed_manager, feed_code=feed.code, now=later(1))
    run_events("exchange.quarantine_ended", later(1))

    assert Case.objects.filter(status="closed").count() == 29
    case = case_of(feed, "A1")
    assert [(entry.kind, entry.status) for entry in case.entries.order_by("sequence")][2:] == [
        ("status", "closed"),
        ("note", "closed"),
        ("status", "investigating"),
    ]
    assert not ExchangeMessage.objects.unsettled().exists()
    assert not ExchangeMessage.objects.filter(payload__isnull=False).exists()


def test_release_leaves_a_full_trail(send, feed, held, feed_manager, later):
    release_quarantine(actor=feed_manager, feed_code=feed.code, now=later(1))
    run_events("exchange.quarantine_ended", later(1))

    quarantine = Quarantine.objects.get()
    assert (quarantine.ended_by, quarantine.is_released) == (feed_manager.label, True)
    released = AuditEntry.objects.get(action="exchange.release")
    assert (released.actor_reference, released.changes) == (feed_manager.reference, {"messages": [30, 0], "is_released": [None, True]})
    assert AuditEntry.objects.get(action="exchange.catch_up").changes == {"applied": [0, 30]}
    assert set(ExchangeMessage.objects.filter(source_sequence=3).values_list("code", flat=True)) == {"released"}


def test_a_release_does_not_make_the_next_closing_a_flood(send, feed, held, feed_manager, later):
    release_quarantine(actor=feed_manager, feed_code=feed.code, now=later(1))
    run_events("exchange.quarantine_ended", later(1))
    ready_to_close(lambda *messages: send(*messages, at=later(1)), ["B1"])

    assert states(send(*closings(["B1"]), at=later(1))) == ["applied"]


def test_a_second_flood_is_held_again(send, feed, held, feed_manager, later):
    release_quarantine(actor=feed_manager, feed_code=feed.code, now=later(1))
    run_events("exchange.quarantine_ended", later(1))
    more = [f"B{n}" for n in range(30)]
    ready_to_close(lambda *messages: send(*messages, at=later(1)), more)

    assert set(states(send(*closings(more), at=later(1)))) == {"quarantined"}


def test_what_is_dropped_never_acts_and_what_is_behind_it_goes_on(send, feed, held, feed_manager, later):
    send(news("A1", 4))
    drop_quarantine(actor=feed_manager, feed_code=feed.code, now=later(1))
    run_events("exchange.quarantine_ended", later(1))

    assert not Case.objects.filter(closed_at__isnull=False).exists()
    assert set(ExchangeMessage.objects.filter(source_sequence=3).values_list("state", "code")) == {("refused", "dropped")}
    assert (case_of(feed, "A1").source_sequence, case_of(feed, "A1").progress_length) == (4, 3)
    assert AuditEntry.objects.filter(action="exchange.drop").exists()


def test_a_message_of_the_feed_itself_carries_a_released_case_on(send, feed, held, feed_manager, later):
    release_quarantine(actor=feed_manager, feed_code=feed.code, now=later(1))

    assert states(send(news("A1", 4), at=later(1))) == ["applied"]
    assert case_of(feed, "A1").status == "closed"


def test_a_large_release_is_carried_out_in_parts(send, feed, feed_manager, later, now):
    names = [f"A{n}" for n in range(AT_ONCE + 10)]
    ready_to_close(send, names)
    send(*closings(names))
    release_quarantine(actor=feed_manager, feed_code=feed.code, now=later(1))

    assert [catch_up(feed_code=feed.code, now=later(1)) for _ in range(3)] == [AT_ONCE, 10, 0]


def test_nothing_is_caught_up_while_the_feed_is_held(feed, held, now):
    assert catch_up(feed_code=feed.code, now=now) == 0


def test_only_who_looks_after_the_feeds_of_the_bureau_may_release(feed, held, head_of_unit, foreign_officer, now):
    for who in (head_of_unit, foreign_officer):
        with pytest.raises(NotAllowed):
            release_quarantine(actor=who, feed_code=feed.code, now=now)


def test_there_must_be_something_to_release(feed, feed_manager, now):
    with pytest.raises(Conflict) as refusal:
        release_quarantine(actor=feed_manager, feed_code=feed.code, now=now)
    assert refusal.value.code == "not_held"

    with pytest.raises(NotFound):
        release_quarantine(actor=feed_manager, feed_code="nobody", now=now)


# --- gaps -------------------------------------------------------------------------------------------------------------


def test_a_gap_is_skipped_by_a_person_and_what_waited_acts(send, feed, feed_manager, now):
    send(registration("A1"), step("A1", 4, "filed"))

    assert skip_gap(actor=feed_manager, feed_code=feed.code, source_case_id="A1", now=now) == (2, 3)
    case = case_of(feed, "A1")
    assert (case.status, case.source_sequence) == ("filed", 4)
    assert AuditEntry.objects.get(action="exchange.skip_gap").changes == {"source_sequence": [2, 3]}


def test_what_was_skipped_and_comes_after_all_is_late_and_moves_nothing(send, feed, feed_manager, now):
    send(registration("A1"), step("A1", 3, "filed"))
    skip_gap(actor=feed_manager, feed_code=feed.code, source_case_id="A1", now=now)

    late = step("A1", 2, "under_filing_review", at="2026-03-02T08:00:00+08:00")
    assert states(send(late)) == ["late"]
    case = case_of(feed, "A1")
    assert (case.status, case.entries.get(is_late=True).status) == ("filed", "under_filing_review")
    assert [(answer.state, answer.is_repeated) for answer in send(late)] == [("late", True)]


def test_a_skip_goes_as_far_as_the_next_gap(send, feed, feed_manager, now):
    send(registration("A1"), news("A1", 3), news("A1", 6))
    skip_gap(actor=feed_manager, feed_code=feed.code, source_case_id="A1", now=now)

    assert case_of(feed, "A1").source_sequence == 3
    assert waiting_cases(feed) == [("A1", 6, 1, now)]


def test_there_must_be_a_gap_to_skip(send, feed, feed_manager, head_of_unit, now, held):
    send(registration("B1"), news("C1", 2))

    for name in ("B1", "C1", "A1", "never-heard-of"):
        with pytest.raises(Conflict):
            skip_gap(actor=feed_manager, feed_code=feed.code, source_case_id=name, now=now)
    with pytest.raises(NotAllowed):
        skip_gap(actor=head_of_unit, feed_code=feed.code, source_case_id="B1", now=now)


def test_skipping_does_not_free_what_is_held(send, feed, held, feed_manager, now):
    ready_to_close(send, ["B1"])
    send(*closings(["B1"], number=5))

    assert skip_gap(actor=feed_manager, feed_code=feed.code, source_case_id="B1", now=now) == (3, 4)
    assert case_of(feed, "B1").status == "not_filed"
    assert ExchangeMessage.objects.get(source_case_id="B1", source_sequence=5).state == "quarantined"


# --- how feeds are ----------------------------------------------------------------------------------------------------


def test_a_glance_tells_how_each_feed_is(send, feed, held, now, foreign_station, django_assert_num_queries):
    make_feed(foreign_station.parent.parent, code="other-system")
    send(news("B1", 2))

    with django_assert_num_queries(3):
        first, second = feeds_at_a_glance()
    assert (first.waiting, first.waiting_since, first.held, first.quarantine.allowed, first.last_batch_at) == (1, now, 30, 20, now)
    assert (second.waiting, second.held, second.quarantine, second.last_batch_at) == (0, 0, None, None)


def test_an_officer_sees_the_feeds_they_look_after(feed, feed_manager, head_of_unit, foreign_officer):
    assert [list(feeds_for(who)) for who in (feed_manager, head_of_unit, foreign_officer)] == [[feed], [], []]


def test_the_command_shows_releases_drops_and_skips(send, feed, held):
    def run(*words):
        out = StringIO()
        call_command("exchange", *words, stdout=out)
        return out.getvalue()

    send(registration("B1"), news("B1", 3))
    assert "case-system: active, last batch 2026-03-02T02:00:00+00:00, 1 waiting, 30 held; oldest since" in run("status")
    assert "30 closings within an hour, 20 are ordinary" in run("status")
    assert run("skip", "case-system", "B1") == "Skipped 2 to 2.\n"
    assert run("release", "case-system").startswith("Released")
    with pytest.raises(CommandError, match="Nothing of this feed is held"):
        run("drop", "case-system")
