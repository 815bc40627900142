"""Registering a report at the counter."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.models import Case, Party
from cases.operations.register_report import NewParty
from foundation.audit.models import AuditEntry
from foundation.clock import city_date
from foundation.errors import NotAllowed, RuleViolated
from foundation.outbox.models import Event
from foundation.progress.verify import check_entries

pytestmark = pytest.mark.django_db


def test_a_report_begins_its_timeline_and_its_clock(case, now):
    assert (case.status, case.kind, case.progress_length) == ("registered", "criminal", 1)
    assert (city_date(case.due_at) - city_date(now)).days == 3
    assert not list(check_entries(matter=case, entries=list(case.entries.all())))


def test_a_report_leaves_an_audit_row_and_an_event_with_it(case):
    audit = AuditEntry.objects.get(subject_reference=case.reference)

    assert (audit.action, audit.actor_kind) == ("case.register", "officer")
    assert Event.objects.get(name="case.progressed").payload == {"reference": case.reference, "sequence": 1}


def test_a_party_is_found_by_the_number_and_never_stored_in_clear(case, django_db_blocker):
    from django.db import connection

    party = Party.objects.get(id_number_index__of="11010519491231002X")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM cases_party t")
        raw = cursor.fetchone()[0]

    assert party.name == "演示居民"
    for secret in ("11010519491231002X", "演示居民", "13800000001"):
        assert secret not in raw
        assert secret.encode().hex() not in raw


def test_a_slip_in_the_id_number_is_told_beside_the_field_and_nothing_is_saved(register):
    with pytest.raises(RuleViolated) as refusal:
        register(parties=[NewParty(role="reporter", name="甲", id_number="110105194912310021")])

    assert refusal.value.field == "id_number"
    assert not Case.objects.exists()


def test_an_old_shanghai_region_is_accepted(register):
    case = register(parties=[NewParty(role="reporter", name="乙", id_number="310103198001010029")])

    assert case.parties.get().id_number == "310103198001010029"


def test_a_report_cannot_lie_in_the_future(register, now):
    with pytest.raises(RuleViolated) as refusal:
        register(reported_at=now + timedelta(minutes=1))

    assert refusal.value.field == "reported_at"


def test_a_category_that_is_closed_by_law_closes_the_case_and_cannot_be_opened(register, domestic_violence):
    case = register(category=domestic_violence)

    assert (case.publication, case.ground) == ("closed", "domestic_violence")
    with pytest.raises(RuleViolated):
        register(category=domestic_violence, publication="open")


@pytest.mark.parametrize("who", ["auditor", "foreign_officer", "resident"])
def test_only_those_who_register_at_the_unit_may(register, who, request):
    with pytest.raises(NotAllowed):
        register(actor=request.getfixturevalue(who))


def test_rights_are_valid_downwards(register, head_of_branch):
    assert register(actor=head_of_branch).registered_by == head_of_branch.label
