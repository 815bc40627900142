"""An audit row says who, by what right, what, from where, and names no person in what changed."""

from __future__ import annotations

import pytest
from django.db import connection

from cases.operations.change_parties import add_party
from cases.operations.register_report import NewParty
from foundation.accounts.actors import command_actor
from foundation.audit import log as audit_log
from foundation.audit.log import record_action
from foundation.audit.masked import Plain, masked
from foundation.audit.models import AccessEntry, AuditEntry, Channel
from foundation.audit.rights import MACHINE
from foundation.audit.source import Source, forget_source, set_source
from tests.plugins.people import OTHER_ID, RESIDENT_ID

pytestmark = pytest.mark.django_db

PLANTED = ("演示居民", "演示邻居", "Zhang San", RESIDENT_ID, OTHER_ID, "13800000001", "13900000002", "+8613900000002")


def everything_written():
    """Both logs as text, as somebody with the tables in hand would read them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(t::text, ' '), '') FROM audit_auditentry t")
        deeds = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(string_agg(t::text, ' '), '') FROM audit_accessentry t")
        return deeds + cursor.fetchone()[0]


def found_in(text):
    return [canary for canary in PLANTED if canary in text]


def note(station, now, **changes):
    record_action(actor=command_actor("test"), action="test.note", capability=MACHINE, subject=station, now=now, changes=changes)


def test_a_row_says_by_what_right_from_where_and_within_which_trace(register, sign_in, head_of_unit, case):
    browser = sign_in(head_of_unit, REMOTE_ADDR="203.0.113.7")
    trace = "0af7651916cd43dd8448eb211c80319c"

    browser.post(f"/desk/cases/{case.reference}/take/", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})

    row = AuditEntry.objects.get(action="case.take")
    assert (row.capability, row.channel, row.address, row.trace_id) == ("case.publish", "desk", "203.0.113.7", trace)
    assert (row.actor_reference, row.subject_reference) == (head_of_unit.reference, case.reference)
    assert row.changes == {"officer": [None, head_of_unit.reference]}


def test_what_is_done_outside_a_request_comes_from_the_machine(station, now):
    note(station, now)

    assert AuditEntry.objects.values_list("channel", "address").get() == ("command", "")


def test_what_a_worker_does_comes_from_behind_the_scenes_and_has_a_trace(station, now):
    from foundation.trace import set_trace_id
    from portal.celery import app

    set_trace_id("")

    @app.task(name="tests.audit_note")
    def work():
        note(station, now)

    work.apply()
    note(station, now)

    (by_task, _), (by_hand, trace_after) = AuditEntry.objects.order_by("pk").values_list("channel", "trace_id")
    assert (by_task, by_hand, trace_after) == ("task", "command", "")
    assert len(AuditEntry.objects.order_by("pk").first().trace_id) == 32


@pytest.mark.parametrize(("kind", "channel"), [("feed", "feed"), ("kiosk", "kiosk"), ("officer", "api")])
def test_a_machine_that_speaks_to_the_api_is_a_channel_of_its_own(kind, channel):
    token = set_source(Source(channel=Channel.API))
    try:
        from foundation.audit.source import channel_of

        assert channel_of(kind) == channel
    finally:
        forget_source(token)


def test_a_deed_without_a_right_is_a_defect(station, now):
    with pytest.raises(ValueError, match="without the right"):
        record_action(actor=command_actor("test"), action="test.note", capability="", subject=station, now=now)


def test_no_operation_writes_whom_it_concerns(case, head_of_unit, resident, sign_in, now):
    neighbour = NewParty(role="victim", name="演示邻居", id_number=OTHER_ID, phone="13900000002")
    add_party(actor=head_of_unit, reference=case.reference, party=neighbour, now=now)
    sign_in(head_of_unit).get(f"/desk/cases/{case.reference}/")
    sign_in(resident).post(f"/my/cases/{case.reference}/ask/", {"text": "My number is 13800000001, says 演示居民."})

    assert AuditEntry.objects.filter(subject_kind="case").count() == 3
    assert AccessEntry.objects.count() == 2
    assert found_in(everything_written()) == []


def test_whatever_an_operation_writes_into_the_changes_names_nobody(station, now):
    note(
        station,
        now,
        name=("演示居民", "Zhang San"),
        note=(f"演示邻居, {OTHER_ID}", "call 13900000002"),
        parties=([{"name": "演示居民", "id_number": RESIDENT_ID}], [{"phone": "13800000001"}]),
        number=(13800000001, "+8613900000002"),
        title=(Plain("Zhang's deputy, 13800000001"), Plain("Deputy")),
    )

    assert found_in(everything_written()) == []


def test_a_log_that_does_not_mask_is_found(station, now, monkeypatch):
    """The check above can fail: without the mask it finds each of them."""
    monkeypatch.setattr(audit_log, "masked", lambda _name, value: value)

    note(station, now, name=("演示居民", "Zhang San"), number=("13800000001", RESIDENT_ID))

    assert found_in(everything_written()) == ["演示居民", "Zhang San", RESIDENT_ID, "13800000001"]


@pytest.mark.parametrize(
    "value",
    ["registered", "case.publish", "C-7Q2M-9XKD-3F0A", "310101000001", "a" * 64, "shanghai-cases-ab12cd34", 30, True, None, ""],
)
def test_codes_numbers_and_truths_stay_readable(value):
    assert masked("status", value) == value


def test_no_name_of_a_resident_stands_beside_a_look(case, resident, sign_in):
    sign_in(resident, REMOTE_ADDR="203.0.113.7").get(f"/my/cases/{case.reference}/")

    look = AccessEntry.objects.get()
    assert (look.viewer_name, look.address, look.channel) == ("", "", "own")


@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["audit_auditentry", "audit_accessentry"])
def test_the_site_cannot_change_what_is_written(statement, table, station, now):
    from django.db import ProgrammingError, transaction

    note(station, now)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
