"""Guardians of children and agents of companies, as officers record and end them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from stdnum.cn import uscc

from foundation.accounts.models import Person
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.clock import CITY_ZONE
from foundation.errors import DomainError, Hidden, RuleViolated
from foundation.mandates.mandate import Basis
from foundation.mandates.models import Agency, Company, Guardianship
from foundation.mandates.operations.end_mandate import end_mandate
from foundation.mandates.operations.find_mandates import find_mandates, look_at_mandate
from foundation.mandates.operations.register_company import register_company
from foundation.mandates.queries import mandates_of
from tests.plugins.mandates import COMPANY_CODE, id_number
from tests.plugins.people import NOW, OTHER_ID

pytestmark = pytest.mark.django_db
OF_AGE = datetime(2033, 5, 5, tzinfo=CITY_ZONE)


def held(actor, at):
    return [mandate.reference for mandate in mandates_of(actor, now=at)]


def refusal(work):
    with pytest.raises(DomainError) as refused:
        work()
    return refused.value.code, refused.value.field


def test_a_guardian_acts_for_the_child_from_the_record_on(record, parent, now):
    made = record()

    (mandate,) = mandates_of(parent, now=now)
    assert (mandate.reference, mandate.basis, mandate.name) == (made.reference, Basis.GUARDIANSHIP, "演示小孩")
    assert mandate.is_statutory
    assert held(parent, now - timedelta(seconds=1)) == []


def test_the_counter_enters_a_child_that_the_hall_did_not_know(record, child_id):
    record()

    assert Person.objects.get(id_number_index__of=child_id).name == "演示小孩"


def test_a_guardianship_ends_by_itself_at_midnight_of_the_eighteenth_birthday(record, parent):
    made = record()

    assert made.until_at == made.over_at == OF_AGE
    assert held(parent, OF_AGE - timedelta(microseconds=1)) == [made.reference]
    assert held(parent, OF_AGE) == []


def test_a_check_that_forgot_the_end_would_be_seen_here(record, parent, monkeypatch):
    """The broken variant: with ``live`` blind to the end, the rule above no longer holds."""
    from foundation.mandates.models.guardianship import GuardianshipQuerySet

    record()
    monkeypatch.setattr(GuardianshipQuerySet, "live", lambda self, now: self.filter(from_at__lte=now))

    assert held(parent, OF_AGE) != []


def test_an_earlier_last_day_counts_and_a_later_one_does_not(record, parent, now):
    made = record(until_on=date(2026, 3, 10))
    assert made.until_at == datetime(2026, 3, 11, tzinfo=CITY_ZONE)
    end_mandate(actor=_clerk_of(made), reference=made.reference, reason="error", now=now)

    assert record(until_on=date(2050, 1, 1), now=now + timedelta(hours=1)).until_at == OF_AGE


def _clerk_of(made):
    from foundation.accounts.actors import actor_of_user
    from foundation.accounts.models import User

    return actor_of_user(User.objects.get(reference=made.recorded_by.partition(":")[2]))


def test_what_cannot_be_recorded_is_told_beside_its_field(record, named, parent, child_id, now):
    adult, small = id_number(date(1990, 1, 1)), id_number(date(2012, 1, 1))

    assert refusal(lambda: record(child=named("child", adult, "演示大人"))) == ("of_age", "child_id_number")
    assert refusal(lambda: record(guardian=named("guardian", small, "演示少年"))) == ("under_age", "guardian_id_number")
    assert refusal(lambda: record(guardian=named("guardian", child_id, "演示小孩"))) == ("same_person", "guardian_id_number")
    assert refusal(lambda: record(guardian=named("guardian", parent, "另一个名字"))) == ("name_mismatch", "guardian_name")
    assert refusal(lambda: record(child=named("child", child_id[:-1] + "0", "演示小孩")))[1] == "child_id_number"
    assert refusal(lambda: record(child=named("child", child_id, "  "))) == ("name_missing", "child_name")
    assert refusal(lambda: record(evidence=" ")) == ("evidence_missing", "evidence")
    assert refusal(lambda: record(until_on=now.date() - timedelta(days=1))) == ("until_past", "until_on")
    assert not Guardianship.objects.exists()
    assert not Person.objects.filter(id_number_index__of=child_id).exists()


def test_a_name_is_the_same_with_other_widths_and_spaces(record, named, make_resident):
    who = make_resident("transcribed", id_number(date(1980, 2, 2)), "Demo O'Neill-Wang")

    assert record(guardian=named("guardian", who, "ＤＥＭＯ oneill wang")).guardian.name == "Demo O'Neill-Wang"


def test_one_guardianship_at_a_time_but_several_guardians(record, named, stranger):
    record()
    record(guardian=named("guardian", stranger))

    assert refusal(record) == ("already_recorded", "guardian_id_number")


def test_a_guardianship_that_ended_can_be_recorded_anew_and_both_stay_on_record(record, desk_clerk, later):
    made = record()
    end_mandate(actor=desk_clerk, reference=made.reference, reason="court", now=later(1))
    record(now=later(1))

    assert Guardianship.objects.count() == 2


@pytest.mark.parametrize("who", ["handling_officer", "auditor", "resident", "head_of_unit"])
def test_only_who_records_mandates_may(record, who, request):
    assert refusal(lambda: record(actor=request.getfixturevalue(who)))[0] == "not_allowed"


def test_nobody_records_at_a_unit_of_another_place(record, other_station):
    assert refusal(lambda: record(unit=other_station))[0] == "not_allowed"


def test_ending_acts_at_once_and_keeps_who_and_why(record, parent, desk_clerk, later):
    made = record()
    end_mandate(actor=desk_clerk, reference=made.reference, reason="protection", now=later(2))

    made.refresh_from_db()
    assert held(parent, later(2)) == []
    assert (made.ended_by, made.ended_at, made.end_reason) == (desk_clerk.label, later(2), "protection")
    assert made.until_at == OF_AGE
    assert refusal(lambda: end_mandate(actor=desk_clerk, reference=made.reference, reason="error", now=later(3)))[0] == "already_ended"


def test_any_counter_of_the_bureau_may_end_it_and_none_of_another(record, appoint, act, other_station, foreign_station, later):
    made = record()
    foreign = act(appoint("clerk", foreign_station, "foreign-clerk"))
    with pytest.raises(Hidden):
        end_mandate(actor=foreign, reference=made.reference, reason="error", now=later(1))

    end_mandate(actor=act(appoint("clerk", other_station, "other-clerk")), reference=made.reference, reason="error", now=later(1))


def test_only_an_officers_reasons_are_taken(record, desk_clerk, later):
    made = record()

    assert refusal(lambda: end_mandate(actor=desk_clerk, reference=made.reference, reason="principal", now=later(1))) == (
        "reason_missing",
        "reason",
    )
    for reference in ("MX-1", "MG-0000-0000-0000", "", "C-0000-0000-0000"):
        with pytest.raises(Hidden):
            end_mandate(actor=desk_clerk, reference=reference, reason="error", now=later(1))


@pytest.mark.parametrize(
    "change",
    [
        {"over_at": OF_AGE + timedelta(days=1)},
        {"over_at": None},
        {"until_at": None},
        {"until_at": NOW - timedelta(days=1), "over_at": NOW - timedelta(days=1)},
        {"ended_at": NOW},
        {"ended_by": "officer:U-1", "ended_at": NOW},
    ],
)
def test_the_database_itself_refuses_a_guardianship_that_makes_no_sense(record, change):
    made = record()

    with pytest.raises(IntegrityError), transaction.atomic():
        Guardianship.objects.filter(pk=made.pk).update(**change)


def test_each_record_and_each_end_leaves_an_audit_row(record, company, appoint_for, stranger, desk_clerk, later):
    made, agency = record(), appoint_for(stranger)
    end_mandate(actor=desk_clerk, reference=made.reference, reason="error", now=later(1))

    rows = AuditEntry.objects.filter(actor_reference=desk_clerk.reference).order_by("pk").values_list("action", "subject_reference")
    assert list(rows) == [
        ("mandate.register_company", company.reference),
        ("mandate.record_guardianship", made.reference),
        ("mandate.appoint_agent", agency.reference),
        ("mandate.end", made.reference),
    ]


def test_finding_by_a_number_counts_as_a_look_at_each_mandate(record, desk_clerk, child_id, now):
    made = record()

    found = find_mandates(actor=desk_clerk, number=child_id, now=now)

    assert [row.reference for row in found.mandates] == [made.reference]
    looks = AccessEntry.objects.filter(viewer_reference=desk_clerk.reference, subject_kind="mandate")
    assert [(look.subject_reference, look.reason) for look in looks] == [(made.reference, "enquiry")]


def test_only_whole_numbers_find_something(record, desk_clerk, child_id, company, now):
    record()

    assert find_mandates(actor=desk_clerk, number=OTHER_ID, now=now).mandates == ()
    assert find_mandates(actor=desk_clerk, number=COMPANY_CODE, now=now).company == company
    for number in ("", child_id[:10], child_id[:-1] + "0", "演示小孩", "%"):
        with pytest.raises(RuleViolated):
            find_mandates(actor=desk_clerk, number=number, now=now)


def test_another_bureau_finds_nothing_of_ours(record, appoint, act, foreign_station, child_id, now):
    made, foreign = record(), act(appoint("clerk", foreign_station, "foreign-clerk"))

    assert find_mandates(actor=foreign, number=child_id, now=now).mandates == ()
    with pytest.raises(Hidden):
        look_at_mandate(actor=foreign, reference=made.reference, now=now)
    assert not AccessEntry.objects.filter(viewer_reference=foreign.reference).exists()


def test_an_agent_acts_for_the_company_as_far_as_the_letter_says(appoint_for, company, stranger, now):
    appoint_for(stranger)

    (mandate,) = mandates_of(stranger, now=now)
    assert (mandate.basis, mandate.credit_code, set(mandate.scopes)) == (Basis.AGENCY, COMPANY_CODE, {"follow_cases"})
    assert not mandate.is_statutory
    assert held(stranger, datetime(2026, 4, 2, tzinfo=CITY_ZONE)) == []


def test_a_legal_representative_acts_without_an_end_and_there_is_one(appoint_for, stranger, parent):
    agency = appoint_for(stranger, is_legal_representative=True, scopes=[], until_on=None)

    (mandate,) = mandates_of(stranger, now=NOW + timedelta(days=9999))
    assert (mandate.until, mandate.is_statutory) == (None, True)
    assert refusal(lambda: appoint_for(parent, is_legal_representative=True, until_on=None)) == (
        "legal_representative_exists",
        "is_legal_representative",
    )
    assert Agency.objects.get() == agency


def test_what_cannot_be_appointed_is_told_beside_its_field(appoint_for, stranger, child_id, named, now):
    appoint_for(stranger)

    assert refusal(lambda: appoint_for(stranger)) == ("already_recorded", "agent_id_number")
    assert refusal(lambda: appoint_for(None, agent=named("agent", child_id, "演示小孩"))) == ("under_age", "agent_id_number")
    assert refusal(lambda: appoint_for(None, agent=named("agent", OTHER_ID, "演示乙"), scopes=[])) == ("scopes", "scopes")
    assert refusal(lambda: appoint_for(None, agent=named("agent", OTHER_ID, "演示乙"), scopes=["rule_the_world"])) == ("scopes", "scopes")
    assert refusal(lambda: appoint_for(None, agent=named("agent", OTHER_ID, "演示乙"), until_on=None)) == ("until_missing", "until_on")
    assert refusal(lambda: appoint_for(None, agent=named("agent", OTHER_ID, "演示乙"), until_on=date(2027, 3, 3))) == (
        "until_too_late",
        "until_on",
    )
    with pytest.raises(Hidden):
        appoint_for(stranger, company="MC-0000-0000-0000")
    assert Agency.objects.count() == 1


def test_a_company_is_registered_once_under_a_code_without_slips(company, desk_clerk, station, now):
    def register(code, name="演示"):
        return register_company(actor=desk_clerk, unit=station, credit_code=code, name=name, now=now)

    assert refusal(lambda: register(COMPANY_CODE)) == ("company_exists", "credit_code")
    assert refusal(lambda: register(COMPANY_CODE[:-1] + "A"))[1] == "credit_code"
    assert refusal(lambda: register("91310000MA1FL0001" + uscc.calc_check_digit("91310000MA1FL0001"), " ")) == ("name_missing", "name")
    assert Company.objects.get() == company


def test_whoever_acts_for_somebody_already_holds_nothing_to_pass_on(record, parent, now):
    record()
    (mandate,) = mandates_of(parent, now=now)

    assert mandates_of(mandate.acting(parent), now=now) == ()


@pytest.mark.parametrize("who", ["desk_clerk", "auditor"])
def test_an_officer_acts_for_nobody(record, who, request, now):
    record()

    assert mandates_of(request.getfixturevalue(who), now=now) == ()
