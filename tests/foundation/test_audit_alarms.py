"""More than 30 people an hour outside own assignments are an alarm, exactly one, and somebody has to say what it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from cases.models import Party
from cases.operations.find_cases import find_cases
from cases.operations.look_at_case import look_at_case
from cases.operations.register_report import NewParty
from cases.operations.take_case import take_case
from foundation.accounts.actors import command_actor
from foundation.audit import watch
from foundation.audit.alarm_models import Alarm, LookWatch
from foundation.audit.alarms import RAISED, raise_alarm
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.audit.operations.acknowledge_alarm import acknowledge_alarm
from foundation.audit.operations.forget_watches import forget_watches
from foundation.audit.operations.record_denial import Nobody, Target, record_denial
from foundation.audit.watch import MOST_PERSONS
from foundation.denials import Denial
from foundation.errors import Conflict, Hidden, NotFound, RuleViolated
from foundation.limits.rules import DENIALS_OF_ACTOR
from foundation.outbox.models import Event

pytestmark = pytest.mark.django_db


def look(actor, case, now):
    return look_at_case(actor=actor, reference=case.reference, now=now)


@pytest.fixture
def crowd(register):
    """Cases without a known person: each stands for one."""

    def crowd(number):
        return [register(parties=[NewParty(role="reporter", name="演示居民")]) for _ in range(number)]

    return crowd


def test_the_thirty_first_person_within_an_hour_raises_one_alarm(crowd, head_of_branch, now):
    cases = crowd(MOST_PERSONS + 5)
    for case in cases[:MOST_PERSONS]:
        look(head_of_branch, case, now)
    assert not Alarm.objects.exists()

    for case in cases[MOST_PERSONS:]:
        look(head_of_branch, case, now + timedelta(minutes=1))

    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.subject_reference, alarm.bureau_code) == ("many_looks", head_of_branch.reference, "310000")
    assert (alarm.evidence, alarm.times) == ({"persons": MOST_PERSONS + 5}, 5)
    assert Event.objects.get(name=RAISED).payload == {"alarm": alarm.reference, "kind": "many_looks"}


def test_a_watch_that_counts_no_further_is_found(crowd, head_of_branch, now, monkeypatch):
    """The check can fail."""
    monkeypatch.setattr(watch, "MOST_PERSONS", 10**6)
    for case in crowd(MOST_PERSONS + 1):
        look(head_of_branch, case, now)

    assert not Alarm.objects.exists()


def test_one_person_in_many_cases_is_one_person(register, head_of_branch, now):
    for _ in range(MOST_PERSONS + 5):
        look(head_of_branch, register(), now)

    assert not Alarm.objects.exists()
    assert len(LookWatch.objects.get().seen) == 1


def test_each_party_of_a_case_is_a_person(case, head_of_branch, now):
    numbers = ("310103198001010029", "310103198001010045")
    for number in numbers:
        Party.objects.create(case=case, role="victim", name="演示邻居", id_number=number, added_at=now, added_by="test")

    look(head_of_branch, case, now)

    assert len(LookWatch.objects.get().seen) == 3


def test_the_hour_slides_and_does_not_wait_for_the_clock(crowd, head_of_branch, now):
    cases = crowd(MOST_PERSONS + 1)
    half_past = now + timedelta(minutes=50)
    for case in cases[:16]:
        look(head_of_branch, case, now + timedelta(minutes=40))
    for case in cases[16:]:
        look(head_of_branch, case, half_past + timedelta(minutes=20))

    assert Alarm.objects.count() == 1


def test_looks_of_an_hour_ago_count_no_more(crowd, head_of_branch, now):
    cases = crowd(MOST_PERSONS + 1)
    for case in cases[:20]:
        look(head_of_branch, case, now)
    for case in cases[20:]:
        look(head_of_branch, case, now + timedelta(minutes=61))

    assert not Alarm.objects.exists()
    assert len(LookWatch.objects.get().seen) == MOST_PERSONS + 1 - 20


def test_another_hour_of_looking_is_another_alarm(crowd, head_of_branch, now):
    cases = crowd(MOST_PERSONS + 1)
    for hours in (0, 2):
        for case in cases:
            look(head_of_branch, case, now + timedelta(hours=hours))

    assert Alarm.objects.count() == 2


def test_cases_of_the_own_unit_are_own_assignments_and_cost_nothing(crowd, handling_officer, now):
    cases = crowd(MOST_PERSONS + 1)
    for case in cases:
        look(handling_officer, case, now)

    assert not LookWatch.objects.exists()
    with CaptureQueriesContext(connection) as queries:
        look(handling_officer, cases[0], now)
    assert not [query for query in queries if "audit_lookwatch" in query["sql"] or "cases_party" in query["sql"]]


def test_a_case_in_ones_own_hands_is_an_own_assignment_wherever_it_is(case, head_of_branch, now):
    from foundation.accounts.models import User

    take_case(actor=head_of_branch, reference=case.reference, officer=User.objects.get(reference=head_of_branch.reference), now=now)

    look(head_of_branch, case, now)

    assert not LookWatch.objects.exists()


def test_who_only_reads_at_the_unit_has_no_assignment_there(case, appoint, act, station, now):
    reader = act(appoint("auditor", station, "reader"))

    look(reader, case, now)

    assert LookWatch.objects.exists()


def test_a_search_that_finds_many_counts_each_in_two_statements(crowd, head_of_branch, now, resident):
    for case in crowd(3):
        Party.objects.create(case=case, role="victim", name="演示邻居", id_number="310103198001010029", added_at=now, added_by="test")

    with CaptureQueriesContext(connection) as queries:
        find_cases(actor=head_of_branch, number="310103198001010029", now=now)

    assert len([query for query in queries if "audit_lookwatch" in query["sql"]]) == 1
    assert len(LookWatch.objects.get().seen) == 1
    assert AccessEntry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_looks_at_the_same_moment_the_one_that_crosses_the_line_is_not_missed(crowd, head_of_branch, now):
    cases = crowd(MOST_PERSONS + 1)

    def one(case):
        try:
            look(head_of_branch, case, now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(one, cases))

    assert len(LookWatch.objects.get().seen) == MOST_PERSONS + 1
    assert Alarm.objects.count() == 1
    assert Event.objects.filter(name=RAISED).count() == 1


def test_what_nobody_counts_any_more_is_forgotten(case, head_of_branch, now):
    look(head_of_branch, case, now)

    assert forget_watches(now=now + timedelta(minutes=59)) == 0
    assert forget_watches(now=now + timedelta(minutes=60)) == 1


def test_a_stolen_session_that_is_refused_again_and_again_is_an_alarm(head_of_unit, now):
    for _ in range(DENIALS_OF_ACTOR.allowed + 3):
        record_denial(
            actor=head_of_unit,
            denial=Denial(code="not_allowed"),
            target=Target(route="x", method="get", status=403),
            network="203.0.113.0/24",
            now=now,
        )

    assert [(alarm.kind, alarm.subject_reference) for alarm in Alarm.objects.all()] == [("many_denials", head_of_unit.reference)]


def test_a_flood_of_strangers_is_no_alarm(now):
    for _ in range(150):
        record_denial(
            actor=Nobody(), denial=Denial(code="x"), target=Target(route="x", method="get", status=403), network="203.0.113.0/24", now=now
        )

    assert not Alarm.objects.exists()


# --- who looks into it ---


@pytest.fixture
def alarm(station, now, handling_officer):
    raise_alarm(
        kind="many_looks",
        about=watch._Officer(reference=handling_officer.reference, bureau_code="310000"),
        name=handling_officer.name,
        path=station.path,
        evidence={"persons": 31},
        now=now,
    )
    return Alarm.objects.get()


def close(actor, alarm, now, note="She answered questions of a family at the counter."):
    return acknowledge_alarm(actor=actor, reference=alarm.reference, note=note, now=now)


def test_an_overseer_closes_an_alarm_with_a_note_and_it_is_written_down(alarm, head_of_unit, now):
    closed = close(head_of_unit, alarm, now)

    assert (closed.acknowledged_by, closed.acknowledged_name) == (head_of_unit.label, head_of_unit.name)
    row = AuditEntry.objects.get(action="alarm.acknowledge")
    assert (row.capability, row.subject_reference) == ("alarm.read", alarm.reference)
    assert "family" not in str(row.changes)


def test_the_note_is_not_readable_in_the_table(alarm, head_of_unit, now):
    close(head_of_unit, alarm, now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT note::text FROM audit_alarm")
        assert "family" not in cursor.fetchone()[0]


def test_an_alarm_is_closed_once(alarm, head_of_unit, head_of_branch, now):
    close(head_of_unit, alarm, now)

    with pytest.raises(Conflict):
        close(head_of_branch, alarm, now)


@pytest.mark.parametrize("note", ["", "  ", "x" * 1001])
def test_an_alarm_is_not_closed_without_a_word(alarm, head_of_unit, now, note):
    with pytest.raises(RuleViolated):
        close(head_of_unit, alarm, now, note=note)


def test_nobody_closes_or_sees_an_alarm_about_themselves(station, head_of_unit, head_of_branch, now, sign_in):
    raise_alarm(
        kind="many_looks",
        about=watch._Officer(reference=head_of_unit.reference, bureau_code="310000"),
        path=station.path,
        evidence={"persons": 31},
        now=now,
    )
    alarm = Alarm.objects.get()

    with pytest.raises(Hidden):
        close(head_of_unit, alarm, now)
    assert sign_in(head_of_unit).get(f"/desk/alarms/{alarm.reference}/").status_code == 404
    assert alarm.reference not in sign_in(head_of_unit).get("/desk/alarms/").content.decode()
    assert close(head_of_branch, alarm, now)


def test_an_alarm_of_another_bureau_is_hidden_and_one_that_is_none_is_not_there(alarm, foreign_officer, now):
    with pytest.raises(Hidden):
        close(foreign_officer, alarm, now)
    with pytest.raises(NotFound) as refusal:
        acknowledge_alarm(actor=foreign_officer, reference="AL-0000-0000-0000", note="x", now=now)
    assert not isinstance(refusal.value, Hidden)


def test_an_alarm_about_the_hall_is_for_the_overseers_of_a_whole_bureau(bureau, auditor, head_of_branch, now):
    raise_alarm(kind="many_denials", about=watch._Officer(reference="hall", bureau_code=""), evidence={}, now=now)

    assert Alarm.objects.visible_to(auditor).count() == 1
    assert Alarm.objects.visible_to(head_of_branch).count() == 0


def test_the_same_thing_within_an_hour_is_one_alarm_that_counts(now):
    about = watch._Officer(reference="K-1", bureau_code="310000")
    first = raise_alarm(kind="many_denials", about=about, evidence={"refused": 1}, now=now)
    again = raise_alarm(kind="many_denials", about=about, evidence={"refused": 2}, now=now + timedelta(minutes=5))
    later = raise_alarm(kind="many_denials", about=about, evidence={"refused": 3}, now=now + timedelta(hours=1))

    assert (first, again, later) == (True, False, True)
    assert list(Alarm.objects.order_by("raised_at").values_list("times", "evidence")) == [(2, {"refused": 2}), (1, {"refused": 3})]


def test_an_alarm_of_a_kind_that_nobody_registered_is_a_defect(now):
    with pytest.raises(ValueError, match="nobody registered"):
        raise_alarm(kind="nonsense", about=watch._Officer(reference="K-1", bureau_code=""), evidence={}, now=now)


# --- the pages ---


def test_the_desk_shows_how_many_wait_and_what_each_is(alarm, head_of_unit, sign_in):
    browser = sign_in(head_of_unit)

    listed = browser.get("/desk/alarms/").content.decode()
    page = browser.get(f"/desk/alarms/{alarm.reference}/").content.decode()

    assert alarm.reference in listed
    assert "sph-side__count--attention" in listed
    assert "More than 30 people outside" in page
    assert "Handling Officer" in page


def test_closing_on_the_page_leads_back_to_the_list(alarm, head_of_unit, sign_in):
    browser = sign_in(head_of_unit)

    wrong = browser.post(f"/desk/alarms/{alarm.reference}/", {"note": ""})
    right = browser.post(f"/desk/alarms/{alarm.reference}/", {"note": "Asked her."})
    again = browser.post(f"/desk/alarms/{alarm.reference}/", {"note": "Asked her."})

    assert (wrong.status_code, right.status_code, again.status_code) == (422, 302, 409)
    assert "Asked her." in browser.get(f"/desk/alarms/{alarm.reference}/").content.decode()
    assert alarm.reference in browser.get("/desk/alarms/?closed=1").content.decode()
    assert alarm.reference not in browser.get("/desk/alarms/").content.decode()


def test_who_reads_no_alarms_has_no_such_page(desk_clerk, sign_in):
    assert sign_in(desk_clerk).get("/desk/alarms/").status_code == 403
    assert "/desk/alarms/" not in sign_in(desk_clerk).get("/desk/find/").content.decode()


def test_a_command_that_looks_is_not_watched(case, now):
    from foundation.audit.log import record_look

    record_look(viewer=command_actor("test"), subject=case, reason=AccessEntry.Reason.SUPERVISION, now=now)

    assert not LookWatch.objects.exists()
