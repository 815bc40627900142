"""Publishing steps and news, and everything that is done to a timeline afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, connections

from cases.domain.timeline import shown_entries
from cases.models import Case, ProgressEntry
from cases.operations.append_entry import Words
from cases.operations.correct_entry import correct_entry, release_entry, withhold_entry
from cases.operations.move_deadline import extend_term, resume_clock, stop_clock
from cases.operations.publish_progress import publish_progress
from cases.operations.set_publication import set_publication
from cases.operations.transfer_case import merge_case, transfer_case
from foundation.audit.models import AuditEntry
from foundation.clock import city_date
from foundation.errors import Conflict, DomainError, NotAllowed, NotFound, RuleViolated
from foundation.progress.verify import check_entries

pytestmark = pytest.mark.django_db


def steps(case):
    return shown_entries(case.entries.order_by("sequence"), with_detail=True)


def test_a_step_moves_the_case_and_its_chain(case, handling_officer, now):
    publish_progress(actor=handling_officer, reference=case.reference, action="file", words=Words(detail="Filed today."), now=now)

    case.refresh_from_db()
    assert (case.status, case.progress_length) == ("filed", 2)
    assert not list(check_entries(matter=case, entries=list(case.entries.order_by("sequence"))))
    assert AuditEntry.objects.filter(action="case.publish", subject_reference=case.reference).count() == 1


def test_whoever_publishes_first_becomes_the_officer_of_the_case(case, handling_officer, now):
    publish_progress(actor=handling_officer, reference=case.reference, action="file", now=now)

    case.refresh_from_db()
    assert case.officer_id == handling_officer.user_id


def test_a_step_that_cannot_follow_changes_nothing(case, handling_officer, now):
    with pytest.raises(Conflict) as refusal:
        publish_progress(actor=handling_officer, reference=case.reference, action="send-for-prosecution", now=now)

    assert refusal.value.code == "transition_not_possible"
    assert ProgressEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "refusal"), [("desk_clerk", NotAllowed), ("auditor", NotAllowed), ("foreign_officer", NotFound), ("resident", NotFound)]
)
def test_only_the_handling_unit_may_publish_progress(case, now, who, refusal, request):
    with pytest.raises(refusal):
        publish_progress(actor=request.getfixturevalue(who), reference=case.reference, action="file", now=now)


def test_of_two_officers_who_read_the_same_timeline_the_second_is_told(case, handling_officer, head_of_unit, now):
    publish_progress(actor=handling_officer, reference=case.reference, action="file", seen_length=1, now=now)

    with pytest.raises(Conflict) as refusal:
        publish_progress(actor=head_of_unit, reference=case.reference, action="file", seen_length=1, now=now)

    assert refusal.value.code == "case_changed"


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_officers_at_the_same_moment_one_publishes(case, handling_officer, now):
    def publish(_):
        try:
            publish_progress(actor=handling_officer, reference=case.reference, action="file", seen_length=1, now=now)
        except DomainError as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "published"

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(publish, range(16)))

    assert sorted(outcomes) == ["case_changed"] * 15 + ["published"]
    case.refresh_from_db()
    assert not list(check_entries(matter=case, entries=list(case.entries.order_by("sequence"))))


def test_the_words_of_a_timeline_name_no_party(case, handling_officer, now):
    with pytest.raises(RuleViolated) as refusal:
        publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="演示居民 was heard."), now=now)

    assert refusal.value.code == "personal_data"


def test_a_correction_stands_beside_what_it_corrects(case, handling_officer, now):
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="We viewed camera 1."), now=now)
    correct_entry(actor=handling_officer, reference=case.reference, sequence=2, words=Words(detail="It was camera 2."), now=now)

    shown = steps(case)
    assert [(step.sequence, step.detail, step.corrected_by, step.corrects) for step in shown[1:]] == [
        (2, "We viewed camera 1.", 3, None),
        (3, "It was camera 2.", None, 2),
    ]


def test_words_withheld_afterwards_disappear_and_come_back_when_released(case, handling_officer, now):
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail="We viewed camera 1."), now=now)
    withhold_entry(actor=handling_officer, reference=case.reference, sequence=2, ground="privacy", now=now)
    assert [(step.detail, step.withheld_ground) for step in steps(case)][1] == ("", "privacy")

    release_entry(actor=handling_officer, reference=case.reference, sequence=2, now=now)

    assert [(step.detail, step.withheld_ground) for step in steps(case)][1] == ("We viewed camera 1.", "")
    assert case.entries.count() == 4


def test_withholding_needs_a_ground_and_something_to_withhold(case, handling_officer, now):
    with pytest.raises(RuleViolated):
        withhold_entry(actor=handling_officer, reference=case.reference, sequence=1, ground="", now=now)
    with pytest.raises(NotFound):
        withhold_entry(actor=handling_officer, reference=case.reference, sequence=9, ground="privacy", now=now)


def test_a_clerk_does_not_withhold(case, desk_clerk, now):
    with pytest.raises(NotAllowed):
        set_publication(actor=desk_clerk, reference=case.reference, publication="closed", ground="victim_wish", now=now)


def test_a_transfer_costs_the_person_no_time(case, head_of_unit, other_station, later):
    before = case.due_at

    transfer_case(actor=head_of_unit, reference=case.reference, unit=other_station, now=later(5))

    case.refresh_from_db()
    assert (case.unit, case.due_at, case.officer) == (other_station, before, None)
    assert "Second Station" in case.entries.last().text_en


def test_a_case_never_leaves_its_bureau(case, head_of_unit, foreign_station, now):
    with pytest.raises(RuleViolated) as refusal:
        transfer_case(actor=head_of_unit, reference=case.reference, unit=foreign_station, now=now)

    assert refusal.value.code == "foreign_unit"


def test_joined_cases_both_say_so_and_the_first_is_worked_on_no_more(register, head_of_unit, handling_officer, now):
    case, main = register(), register()

    merge_case(actor=head_of_unit, reference=case.reference, into=main.reference, now=now)

    assert [each.entries.last().kind for each in (case, main)] == ["merge", "merge"]
    with pytest.raises(Conflict):
        publish_progress(actor=handling_officer, reference=case.reference, action="file", now=now)


def test_only_cases_of_one_kind_are_joined(register, dispute, head_of_unit, now):
    case, other = register(), register(category=dispute)

    with pytest.raises(RuleViolated):
        merge_case(actor=head_of_unit, reference=case.reference, into=other.reference, now=now)


def test_a_review_is_extended_once_a_step_with_a_reason(case, head_of_unit, later):
    extend_term(actor=head_of_unit, reference=case.reference, days=7, reason="Clues abroad", now=later(24))
    case.refresh_from_db()
    assert (city_date(case.due_at) - city_date(case.reported_at)).days == 7

    for days, code in ((7, "extension_not_possible"), (10, "extension_not_possible")):
        with pytest.raises(RuleViolated) as refusal:
            extend_term(actor=head_of_unit, reference=case.reference, days=days, reason="Again", now=later(25))
        assert refusal.value.code == code


def test_a_term_that_is_over_is_not_extended(case, head_of_unit, later):
    with pytest.raises(RuleViolated) as refusal:
        extend_term(actor=head_of_unit, reference=case.reference, days=7, reason="Too late", now=later(24 * 5))

    assert refusal.value.code == "term_over"


def test_the_clock_stands_still_during_an_expert_examination(register, dispute, handling_officer, later):
    case = register(category=dispute)
    publish_progress(actor=handling_officer, reference=case.reference, action="accept", now=later(1))
    stop_clock(actor=handling_officer, reference=case.reference, now=later(24))
    assert Case.objects.get(pk=case.pk).due_at is None

    resume_clock(actor=handling_officer, reference=case.reference, now=later(24 * 5))

    due = city_date(Case.objects.get(pk=case.pk).due_at)
    assert due == date(2026, 4, 7)  # 30 days and 4 lost end on 5 April: the Qingming holiday, which lasts until Monday


def test_the_site_cannot_rewrite_a_timeline(case):
    from django.db import InternalError, ProgrammingError, transaction

    for statement in (
        "UPDATE cases_progressentry SET detail = 'x'",
        "DELETE FROM cases_progressentry",
        "TRUNCATE cases_progressentry CASCADE",
        "DELETE FROM audit_auditentry",
        "ALTER TABLE cases_progressentry DISABLE TRIGGER ALL",
        "DROP TABLE cases_progressentry",
    ):
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_owner_is_stopped_by_the_guard_too(case):
    from django.db import ProgrammingError, transaction

    from foundation.database.roles import owner

    with owner(), pytest.raises(ProgrammingError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_progressentry SET detail = 'x'")
