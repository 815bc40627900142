"""What a feed tells, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.models import Case, ExchangeMessage, Party, ProgressEntry
from foundation.audit.models import AuditEntry
from foundation.errors import NotAllowed
from foundation.outbox.models import Event
from foundation.progress.verify import check_entries
from tests.cases.exchange import case_of, codes, make_feed, message, news, projection, registration, states, step, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(bureau, station, other_station, theft, dispute):
    return make_feed(bureau)


@pytest.fixture
def send(feed, now):
    """Send messages of the feed in one batch; return the answers."""
    return lambda *messages, at=now: take(feed, *messages, now=at)


# --- what each action does --------------------------------------------------------------------------------------------


def test_a_registered_case_begins_its_timeline_and_its_clock(send, feed, station):
    (answer,) = send(registration("A1"))

    case = case_of(feed, "A1")
    assert (answer.state, answer.reference, answer.sequence) == ("applied", case.reference, 1)
    assert (case.status, case.kind, case.unit, case.publication) == ("registered", "criminal", station, "open")
    assert (case.source, case.source_sequence, case.registered_by) == ("case-system", 1, "feed:case-system")
    assert case.due_at is not None
    assert not list(check_entries(matter=case, entries=list(case.entries.all())))


def test_a_step_moves_the_case_and_its_chain(send, feed):
    send(registration("A1"))
    (answer,) = send(step("A1", 2, "filed", detail="Decision of 2 March."))

    case = case_of(feed, "A1")
    entry = case.entries.get(sequence=2)
    assert (answer.state, answer.sequence, case.status) == ("applied", 2, "filed")
    assert (entry.kind, entry.detail, entry.recorded_by, entry.at.isoformat()) == (
        "status",
        "Decision of 2 March.",
        "feed:case-system",
        "2026-03-02T01:00:00+00:00",
    )
    assert not list(check_entries(matter=case, entries=list(case.entries.order_by("sequence"))))


def test_a_step_without_words_gets_those_it_would_get_at_the_desk(send, feed):
    send(registration("A1"), step("A1", 2, "filed"))

    entry = case_of(feed, "A1").entries.get(sequence=2)
    assert entry.text_en
    assert entry.text_zh


def test_words_of_its_own_come_in_both_languages(send, feed):
    answers = send(registration("A1"), news("A1", 2, en="We wait for the bank.", zh="正在等待银行答复。"))

    entry = case_of(feed, "A1").entries.get(sequence=2)
    assert states(answers) == ["applied", "applied"]
    assert (entry.kind, entry.status, entry.text_en, entry.text_zh) == ("note", "registered", "We wait for the bank.", "正在等待银行答复。")


def test_an_unknown_phrase_is_refused(send):
    answers = send(registration("A1"), step("A1", 2, phrase="no-such-phrase"))

    assert (answers[1].code, answers[1].field) == ("phrase_unknown", "content.phrase")


def test_words_can_be_withheld_from_the_start_and_afterwards(send, feed):
    told = news("A1", 2, ground="operation_at_risk")
    open_words = news("A1", 3)
    taken_back = message("withhold", "A1", 4, withheld_message_id=open_words["message_id"], ground="privacy")
    assert states(send(registration("A1"), told, open_words, taken_back)) == ["applied"] * 4

    entries = list(case_of(feed, "A1").entries.order_by("sequence"))
    assert (entries[1].publication, entries[1].ground) == ("withheld", "operation_at_risk")
    assert (entries[3].kind, entries[3].refers_to, entries[3].ground) == ("withheld", 3, "privacy")


def test_words_of_an_earlier_batch_can_be_withheld_too(send, feed):
    told = news("A1", 2)
    send(registration("A1"), told)
    (answer,) = send(message("withhold", "A1", 3, withheld_message_id=told["message_id"], ground="privacy"))

    assert (answer.state, case_of(feed, "A1").entries.get(sequence=3).refers_to) == ("applied", 2)


def test_only_words_that_are_there_can_be_withheld(send):
    send(registration("A1"))
    (answer,) = send(message("withhold", "A1", 2, withheld_message_id="never-sent", ground="privacy"))

    assert (answer.state, answer.code, answer.field) == ("refused", "entry_unknown", "content.withheld_message_id")


def test_a_case_is_closed_to_its_parties_on_a_ground(send, feed):
    send(registration("A1"))
    (answer,) = send(message("publication", "A1", 2, publication="closed", ground="state_secret"))

    case = case_of(feed, "A1")
    assert (answer.state, answer.sequence) == ("applied", None)
    assert (case.publication, case.ground, case.progress_length) == ("closed", "state_secret", 1)
    audit = AuditEntry.objects.get(action="case.set_publication", subject_reference=case.reference)
    assert audit.changes == {"publication": ["open", "closed"], "ground": ["", "state_secret"]}
    assert Event.objects.filter(name="case.progressed", payload__reference=case.reference).count() == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [({"publication": "closed"}, "ground_missing"), ({"publication": "unit_only", "ground": "minor"}, "must_be_closed")],
)
def test_a_level_and_its_ground_go_together(send, content, code):
    send(registration("A1"))

    assert codes(send(message("publication", "A1", 2, **content))) == [f"refused:{code}"]


def test_what_the_law_closes_no_feed_opens(send, feed, domestic_violence):
    send(registration("A1", kind="public_order", category="test-domestic"))
    assert case_of(feed, "A1").publication == "closed"

    assert codes(send(message("publication", "A1", 2, publication="open"))) == ["refused:must_be_closed"]
    assert codes(send(registration("A2", kind="public_order", category="test-domestic", publication="open"))) == ["refused:must_be_closed"]


def test_a_case_is_handed_to_another_unit_and_its_clock_goes_on(send, feed, other_station):
    send(registration("A1"))
    due = case_of(feed, "A1").due_at
    (answer,) = send(message("transfer", "A1", 2, unit=other_station.code))

    case = case_of(feed, "A1")
    entry = case.entries.get(sequence=2)
    assert (answer.state, case.unit, case.due_at) == ("applied", other_station, due)
    assert (entry.kind, entry.text_en) == ("transfer", "Second Station has taken over from First Station.")


def test_parties_are_entered_and_never_stored_in_clear(send, feed):
    party = {"role": "victim", "name": "演示居民", "id_number": "11010519491231002X", "phone": "13800000001"}
    assert states(send(registration("A1", parties=[party]))) == ["applied"]

    entered = Party.objects.get(id_number_index__of="11010519491231002X")
    assert (entered.name, entered.phone, entered.case.source_case_id) == ("演示居民", "13800000001", "A1")


def test_what_a_waiting_message_says_is_sealed_and_forgotten_at_its_turn(send, feed):
    from django.db import connection

    def raw():
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(t::text, ' ') FROM cases_exchangemessage t")
            return cursor.fetchone()[0]

    waiting = news("A1", 2, en="A secret word", detail="何人何事")
    send(waiting)
    row = ExchangeMessage.objects.get()
    assert "secret word" in row.payload
    for secret in ("secret word", "何人何事"):
        assert secret not in raw()
        assert secret.encode().hex() not in raw()

    send(registration("A1"))
    assert ExchangeMessage.objects.filter(payload__isnull=False).count() == 0


def test_a_case_of_the_counter_is_taken_over_by_its_reference(send, feed, case):
    answers = send(message("link", "A1", 1, reference=case.reference), step("A1", 2, "filed"))

    case.refresh_from_db()
    assert [(answer.state, answer.reference) for answer in answers] == [("applied", case.reference)] * 2
    assert (case.status, case.source, case.source_case_id, case.source_sequence) == ("filed", "case-system", "A1", 2)
    assert AuditEntry.objects.filter(action="case.link", subject_reference=case.reference).exists()


def test_a_case_of_the_counter_is_still_owed_its_code_when_a_feed_tells_of_it(send, case, now):
    send(message("link", "A1", 1, reference=case.reference), registration("A2"))

    assert list(Case.objects.without_code(now + timedelta(hours=73))) == [case]


def test_a_case_is_told_about_by_one_system_only(send, case):
    send(message("link", "A1", 1, reference=case.reference))

    assert codes(send(message("link", "A2", 1, reference=case.reference))) == ["refused:case_linked"]
    assert codes(send(message("link", "A3", 1, reference="C-0000-0000-0000"))) == ["refused:case_unknown"]


# --- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        ({"category": "no-such"}, "category_unknown", "content.category"),
        ({"kind": "alert"}, "category_unknown", "content.category"),
        ({"unit": "310101999999"}, "unit_unknown", "content.unit"),
        ({"status": "filed"}, "status_not_initial", "content.status"),
        ({"reported_at": "2026-03-02T12:00:00+08:00"}, "in_future", "content.reported_at"),
        ({"reported_at": "1931-09-18T22:20:00+08:00"}, "too_long_ago", "content.reported_at"),
        ({"publication": "closed"}, "ground_missing", "content.ground"),
        ({"parties": [{"role": "victim", "name": "甲", "id_number": "110105194912310021"}]}, "resident_id_check", "content.id_number"),
        ({"parties": [{"role": "victim", "name": "甲", "phone": "123"}]}, "phone", "content.phone"),
    ],
)
def test_a_case_that_cannot_be_is_refused_and_its_number_stays_free(send, feed, content, code, field):
    (answer,) = send(registration("A1", **content))
    assert (answer.state, answer.code, answer.field) == ("refused", code, field)
    assert not Case.objects.exists()

    assert codes(send(news("A1", 2), registration("A1"))) == ["applied", "applied"]


def test_a_unit_that_is_gone_takes_no_case(send, station):
    station.is_active = False
    station.save()

    assert codes(send(registration("A1"))) == ["refused:unit_unknown"]


def test_a_step_outside_the_table_is_refused_and_the_later_ones_go_on(send, feed):
    answers = send(registration("A1"), step("A1", 2, "sent_for_prosecution"), step("A1", 3, "filed"))

    assert codes(answers) == ["applied", "refused:transition_not_possible", "applied"]
    assert case_of(feed, "A1").status == "filed"
    assert case_of(feed, "A1").source_sequence == 3


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        ({"status": "mediation"}, "status_unknown", "content.status"),
        ({}, "nothing_to_publish", "content.status"),
        ({"status": "registered"}, "nothing_to_publish", "content.status"),
        ({"text": {"en": "Call 13800000001.", "zh": "请致电。"}}, "personal_data", "content.text.en"),
        ({"text": {"en": "See him.", "zh": "见11010519491231002X。"}}, "personal_data", "content.text.zh"),
        ({"detail": "13800000001"}, "personal_data", "content.detail"),
        ({"detail": "演示居民已到案"}, "personal_data", "content.detail"),
        ({"text": {"en": "One.", "zh": "一。"}, "phrase": "x"}, "text_and_phrase", "content.phrase"),
        ({"status": "filed", "at": "2026-03-02T10:06:00+08:00"}, "in_future", "content.at"),
        ({"status": "filed", "at": "0001-01-02T00:00:00+08:00"}, "too_long_ago", "content.at"),
    ],
)
def test_news_that_cannot_be_told_is_refused_with_the_field_at_fault(send, content, code, field):
    send(registration("A1", parties=[{"role": "victim", "name": "演示居民"}]))
    (answer,) = send(step("A1", 2, **content))

    assert (answer.state, answer.code, answer.field) == ("refused", code, field)
    assert ProgressEntry.objects.count() == 1


def test_a_clock_that_is_a_little_fast_does_not_lose_a_step(send, feed, now):
    send(registration("A1"))
    (answer,) = send(step("A1", 2, "filed", at="2026-03-02T10:04:59+08:00"))

    assert answer.state == "applied"
    assert case_of(feed, "A1").entries.get(sequence=2).at == now


def test_a_case_that_is_here_is_not_registered_again(send):
    send(registration("A1"))

    assert codes(send(registration("A1", 2))) == ["refused:case_exists"]


def test_nobody_moves_a_case_that_was_joined_with_another(send, feed, case):
    send(registration("A1"))
    Case.objects.filter(source_case_id="A1").update(merged_into=case)

    assert codes(send(step("A1", 2, "filed"), step("A1", 3, "filed"))) == ["refused:case_merged"] * 2


# --- another bureau ---------------------------------------------------------------------------------------------------


def test_a_feed_registers_no_case_of_another_bureau_and_the_try_is_an_alarm(send, foreign_station):
    answers = send(registration("A1", unit=foreign_station.code), registration("A2", unit=foreign_station.code), registration("A3"))

    assert codes(answers) == ["refused:foreign_bureau", "refused:foreign_bureau", "applied"]
    alarm = AuditEntry.objects.get(action="exchange.foreign_bureau")
    assert (alarm.actor_reference, alarm.changes) == ("case-system", {"of": [None, foreign_station.code], "messages": [0, 2]})


def test_a_feed_hands_no_case_to_another_bureau(send, feed, station, foreign_station):
    send(registration("A1"))

    assert codes(send(message("transfer", "A1", 2, unit=foreign_station.code))) == ["refused:foreign_bureau"]
    assert case_of(feed, "A1").unit == station
    assert AuditEntry.objects.filter(action="exchange.foreign_bureau").count() == 1


def test_a_feed_takes_no_case_of_another_bureau_over(send, register, foreign_station, foreign_officer):
    foreign = register(actor=foreign_officer, unit=foreign_station)

    (answer,) = send(message("link", "A1", 1, reference=foreign.reference))
    foreign.refresh_from_db()
    assert (answer.state, answer.code, foreign.source) == ("refused", "foreign_bureau", "")
    assert AuditEntry.objects.get(action="exchange.foreign_bureau").changes["of"] == [None, foreign.reference]


def test_two_feeds_may_call_their_cases_alike(send, feed, now, foreign_station, theft):
    other = make_feed(foreign_station.parent.parent, code="other-system")
    send(registration("A1"))

    assert states(take(other, registration("A1", unit=foreign_station.code), step("A1", 2, "filed"), now=now)) == ["applied"] * 2
    assert (case_of(feed, "A1").status, case_of(other, "A1").status) == ("registered", "filed")


def test_a_feed_that_was_suspended_a_moment_ago_is_refused(feed, now):
    from foundation.accounts.actors import command_actor
    from foundation.devices.operations.change_state import suspend_feed

    suspend_feed(actor=command_actor("test"), code=feed.code, now=now)

    with pytest.raises(NotAllowed):
        take(feed, registration("A1"), now=now)


def test_whoever_is_no_feed_takes_no_batch(feed, handling_officer, now):
    from cases.operations.take_exchange_batch import take_exchange_batch

    with pytest.raises(NotAllowed):
        take_exchange_batch(actor=handling_officer, feed=feed, items=[], now=now)


# --- once, and in order -----------------------------------------------------------------------------------------------


def test_a_message_acts_once_however_often_it_comes(send, feed):
    first = registration("A1")
    answers = [send(first)[0] for _ in range(3)]

    assert states(answers) == ["applied"] * 3
    assert [answer.is_repeated for answer in answers] == [False, True, True]
    assert len({(answer.reference, answer.sequence) for answer in answers}) == 1
    assert ProgressEntry.objects.count() == 1


def test_a_message_that_stands_twice_in_one_batch_acts_once(send):
    first = registration("A1")
    answers = send(first, first)

    assert [(answer.state, answer.is_repeated) for answer in answers] == [("applied", False), ("applied", True)]
    assert ProgressEntry.objects.count() == 1


def test_a_refused_message_is_refused_alike_when_it_comes_again(send):
    send(registration("A1"))
    wrong = step("A1", 2, "closed")

    assert codes(send(wrong)) == codes(send(wrong)) == ["refused:transition_not_possible"]


def test_an_id_that_comes_with_another_content_is_refused(send, feed):
    send(registration("A1"), news("A1", 2, message_id="m-2"))

    assert codes(send(news("A1", 2, en="Something else.", message_id="m-2"))) == ["refused:message_id_reused"]
    assert codes(send(news("A9", 1, message_id="m-2"))) == ["refused:message_id_reused"]
    assert ExchangeMessage.objects.count() == 2


def test_a_number_belongs_to_one_message(send):
    send(registration("A1"), news("A1", 2), news("A1", 5))

    assert codes(send(news("A1", 2, en="Other."), news("A1", 5, en="Other."))) == ["refused:sequence_reused"] * 2


def test_a_message_ahead_waits_and_tells_for_what(send, feed):
    assert [(a.state, a.waiting_for) for a in send(step("A1", 3, "investigating"))] == [("waiting", 1)]
    assert [(a.state, a.waiting_for) for a in send(registration("A1"))] == [("applied", None)]
    assert case_of(feed, "A1").status == "registered"

    waited = step("A1", 2, "filed")
    assert states(send(waited)) == ["applied"]
    assert case_of(feed, "A1").status == "investigating"


def test_a_gap_blocks_its_own_case_only(send, feed):
    send(registration("A1"), registration("A2"))
    answers = send(step("A1", 3, "investigating"), step("A2", 2, "filed"))

    assert [(answer.state, answer.waiting_for) for answer in answers] == [("waiting", 2), ("applied", None)]


def test_the_order_within_a_batch_does_not_matter(send, feed):
    answers = send(step("A1", 3, "investigating"), step("A1", 2, "filed"), registration("A1"))

    assert [(answer.state, answer.sequence) for answer in answers] == [("applied", 3), ("applied", 2), ("applied", 1)]


def test_a_message_that_waited_answers_with_what_became_of_it(send):
    ahead = step("A1", 2, "filed")
    send(ahead)
    send(registration("A1"))

    (answer,) = send(ahead)
    assert (answer.state, answer.is_repeated, answer.sequence) == ("applied", True, 2)


def test_a_broken_message_in_the_middle_does_not_block_the_case(send, feed):
    broken = news("A1", 3) | {"colour": "red"}
    assert codes(send(broken, news("A1", 4))) == ["refused:invalid_message", "waiting"]

    assert states(send(registration("A1"), step("A1", 2, "filed"))) == ["applied", "applied"]
    assert (case_of(feed, "A1").source_sequence, case_of(feed, "A1").progress_length) == (4, 3)


def test_a_mended_message_ahead_takes_the_place_of_the_broken_one(send, feed):
    send(registration("A1"), news("A1", 3) | {"colour": "red"})

    assert states(send(news("A1", 3), news("A1", 2))) == ["applied", "applied"]
    assert case_of(feed, "A1").progress_length == 3


def test_a_mended_message_after_its_turn_is_late(send, feed):
    send(registration("A1"), step("A1", 2, "filed", detail="13800000001"), step("A1", 3, "under_filing_review"))
    (answer,) = send(step("A1", 2, "filed"))

    case = case_of(feed, "A1")
    assert (answer.state, answer.sequence, case.status) == ("late", 3, "under_filing_review")
    assert [(entry.status, entry.is_late) for entry in case.entries.order_by("sequence")] == [
        ("registered", False),
        ("under_filing_review", False),
        ("filed", True),
    ]


def test_what_would_undo_later_messages_is_refused_when_it_is_late(send, feed, other_station):
    wrong = news("A1", 2, detail="13800000001")
    send(registration("A1"), wrong, news("A1", 3))

    assert codes(send(message("transfer", "A1", 2, unit=other_station.code))) == ["refused:too_late"]
    assert codes(send(message("publication", "A1", 2, publication="closed", ground="minor"))) == ["refused:too_late"]


def test_words_are_withheld_however_late_it_is_told(send, feed):
    told = news("A1", 3)
    send(registration("A1"), news("A1", 2, detail="13800000001"), told)

    (answer,) = send(message("withhold", "A1", 2, withheld_message_id=told["message_id"], ground="privacy"))
    assert (answer.state, case_of(feed, "A1").entries.get(sequence=3).refers_to) == ("late", 2)


def test_a_number_far_ahead_is_refused_and_not_kept(send):
    send(registration("A1"))
    far = news("A1", 1002)

    assert codes(send(far)) == ["refused:sequence_too_far"]
    assert not ExchangeMessage.objects.filter(message_id=far["message_id"]).exists()
    assert codes(send(news("A1", 1001))) == ["waiting"]


def test_a_step_of_an_officer_and_one_of_the_feed_meet_in_one_timeline(send, feed, handling_officer, now):
    from cases.operations.publish_progress import publish_progress

    send(registration("A1"))
    case = case_of(feed, "A1")
    publish_progress(actor=handling_officer, reference=case.reference, action="file", now=now)

    assert states(send(step("A1", 2, "investigating"))) == ["applied"]
    case.refresh_from_db()
    assert (case.status, case.progress_length) == ("investigating", 3)
    assert not list(check_entries(matter=case, entries=list(case.entries.order_by("sequence"))))


def test_a_deadline_that_an_officer_extended_is_kept(send, feed, head_of_unit, now):
    from cases.operations.move_deadline import extend_term

    send(registration("A1"))
    extend_term(actor=head_of_unit, reference=case_of(feed, "A1").reference, days=7, reason="Clues to check.", now=now)
    due = case_of(feed, "A1").due_at
    send(news("A1", 2), at=now + timedelta(hours=1))

    assert case_of(feed, "A1").due_at == due


def test_a_step_within_one_clock_keeps_the_extension_of_its_term(send, feed, head_of_unit, now):
    from cases.operations.move_deadline import extend_term

    send(registration("A1"), registration("A2"))
    extend_term(actor=head_of_unit, reference=case_of(feed, "A1").reference, days=7, reason="Clues to check.", now=now)
    due = case_of(feed, "A1").due_at
    send(step("A1", 2, "under_filing_review"), step("A2", 2, "under_filing_review"))

    assert case_of(feed, "A1").due_at == due
    assert case_of(feed, "A2").due_at < due
    send(step("A1", 3, "filed"))
    assert case_of(feed, "A1").due_at is None


# --- what is left behind ----------------------------------------------------------------------------------------------


def test_each_entry_is_told_to_the_outbox_and_the_batch_to_the_audit_log(send, feed):
    send(registration("A1"), step("A1", 2, "filed"), step("A1", 3, "closed"), news("A1", 9))

    case = case_of(feed, "A1")
    told = Event.objects.filter(name="case.progressed").values_list("payload", flat=True)
    assert sorted(payload["sequence"] for payload in told if payload["reference"] == case.reference) == [1, 2]
    audit = AuditEntry.objects.get(action="exchange.take")
    assert (audit.actor_kind, audit.subject_kind, audit.subject_reference) == ("feed", "feed", "case-system")
    assert audit.changes == {"applied": [0, 2], "refused": [0, 1], "waiting": [0, 1]}


def test_the_number_of_queries_does_not_grow_with_the_batch(send, django_assert_max_num_queries):
    send(*(registration(f"A{n}") for n in range(40)))

    with django_assert_max_num_queries(26):
        send(*(step(f"A{n}", 2, "filed") for n in range(2)))
    with django_assert_max_num_queries(26):
        send(*(step(f"A{n}", 2, "filed") for n in range(2, 40)))


def test_a_row_that_the_database_refuses_takes_its_own_case_only(send, feed):
    from django.db import connection

    from foundation.database.roles import owner

    with owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_progressentry ADD CONSTRAINT surprise CHECK (text_en <> 'surprise')")
    send(registration("A1"), registration("A2"))

    assert codes(send(news("A1", 2, en="surprise"), news("A2", 2), {"no": "envelope"})) == [
        "refused:not_stored",
        "applied",
        "refused:invalid_message",
    ]
    assert codes(send(news("A1", 2, en="no surprise"))) == ["applied"]


def test_the_projection_of_the_tests_sees_every_case(send, feed):
    send(registration("A1"), registration("A2"))

    assert set(projection(feed)) == {"A1", "A2"}
