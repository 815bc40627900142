"""A search of the logs as a file: for who confirmed just now, written down, limited, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from django.utils import timezone

from foundation.audit.log import insert_deed
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.audit.operations import search_log
from foundation.limits.rules import AUDIT_FILES
from foundation.spreadsheets import csv_pieces, safe_cell

pytestmark = pytest.mark.django_db

FILE = "/desk/audit/log.csv"


def read(answer):
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def deeds(station, desk_clerk):
    """Make this many deeds of today."""

    def deeds(number, **given):
        for _ in range(number):
            named = {"actor": desk_clerk, "action": "case.take", "capability": "case.publish", "changes": {"status": (1, 2)}} | given
            insert_deed(subject=station, now=timezone.now(), **named)

    return deeds


def test_the_file_holds_every_row_of_the_search_and_nothing_else(deeds, desk_clerk, auditor, sign_in):
    deeds(120)
    deeds(3, action="case.extend")
    rows = read(sign_in(auditor).get(FILE, {"action": "case.take"}))

    assert len(rows) == 120
    assert {(row["action"], row["actor"], row["name"]) for row in rows} == {
        ("case.take", desk_clerk.reference, "Desk Clerk (B-desk-clerk)")
    }
    assert rows[0]["changes"] == '{"status": [1, 2]}'
    assert rows[0]["at"].endswith("+08:00")


def test_the_looks_are_a_file_too(auditor, case, head_of_unit, sign_in):
    sign_in(head_of_unit).get(f"/desk/cases/{case.reference}/")
    rows = read(sign_in(auditor).get(FILE, {"log": "looks", "subject": case.reference}))

    assert [(row["viewer"], row["name"], row["reason"]) for row in rows] == [(head_of_unit.reference, "Head Of Unit", "handling")]


def test_taking_it_is_written_down_with_how_many_rows_it_has(deeds, auditor, sign_in):
    deeds(7)
    read(sign_in(auditor).get(FILE, {"action": "case.take"}))

    row = AuditEntry.objects.get(action="audit.take_file")
    assert (row.actor_reference, row.capability, row.changes["rows"], row.changes["action"]) == (
        auditor.reference,
        "audit.read",
        [None, 7],
        [None, "case.take"],
    )


def test_who_has_not_confirmed_lately_confirms_first(deeds, auditor, sign_in):
    answer = sign_in(auditor, minutes_ago=6).get(FILE)

    assert answer.status_code == 302
    assert "confirm" in answer["Location"]
    assert not AuditEntry.objects.filter(action="audit.take_file").exists()


def test_too_many_rows_are_refused_in_words_and_no_file_is_begun(deeds, auditor, sign_in, monkeypatch):
    monkeypatch.setattr(search_log, "MOST_ROWS", 5)
    deeds(6)
    answer = sign_in(auditor).get(FILE, {"action": "case.take"})

    assert answer.status_code == 422
    assert "Choose fewer days" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="audit.take_file").exists()
    deeds(1, action="case.extend")
    assert len(read(sign_in(auditor).get(FILE, {"action": "case.extend"}))) == 1


@pytest.mark.parametrize("query", [{"first": "2026-03-02", "last": "2026-03-01"}, {"subject": "110105194912310021"}])
def test_what_the_page_refuses_the_file_refuses(query, auditor, sign_in):
    assert sign_in(auditor).get(FILE, query).status_code == 422


def test_an_officer_takes_ten_files_an_hour(deeds, auditor, sign_in):
    client = sign_in(auditor)
    statuses = [client.get(FILE).status_code for _ in range(AUDIT_FILES.allowed + 1)]

    assert statuses == [200] * AUDIT_FILES.allowed + [429]
    assert client.get("/desk/audit/").status_code == 200


def test_another_bureaus_rows_are_in_no_file(deeds, foreign_station, appoint, sign_in):
    deeds(2)
    foreign = appoint("auditor", foreign_station.parent.parent, "foreign-auditor")

    assert read(sign_in(foreign).get(FILE, {"action": "case.take"})) == []


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_is_a_formula(begin, case, auditor, sign_in):
    AccessEntry.objects.create(
        at=timezone.now(),
        viewer_kind="officer",
        viewer_reference="U-1",
        viewer_name=f"{begin}HYPERLINK(1)",
        reason="handling",
        subject_kind="case",
        subject_reference=case.reference,
        bureau_code="310000",
    )
    (row,) = read(sign_in(auditor).get(FILE, {"log": "looks", "actor": "U-1"}))

    assert row["name"] == f"'{begin}HYPERLINK(1)"


def test_a_file_written_without_care_would_hold_a_formula(monkeypatch):
    """The broken variant: cells as they are."""
    from foundation import spreadsheets

    assert b"\r\n'=1+1" in b"".join(csv_pieces(["a"], [["=1+1"]]))
    monkeypatch.setattr(spreadsheets, "safe_cell", lambda value: value)
    assert b"\r\n=1+1" in b"".join(csv_pieces(["a"], [["=1+1"]]))


def test_a_file_is_sent_in_pieces():
    pieces = list(csv_pieces(["number"], ([number] for number in range(1200))))

    assert len(pieces) == 3
    assert b"".join(pieces).count(b"\r\n") == 1201
    assert safe_cell(12) == 12


def test_a_longer_file_costs_no_more_queries(deeds, auditor, sign_in, django_assert_max_num_queries):
    deeds(300)
    client = sign_in(auditor)

    with django_assert_max_num_queries(24):
        assert len(read(client.get(FILE, {"action": "case.take"}))) == 300


def test_the_page_leads_to_the_file_of_the_same_search(deeds, auditor, sign_in):
    deeds(1)
    page = sign_in(auditor).get("/desk/audit/", {"action": "case.take"}).content.decode()

    assert "/desk/audit/log.csv?log=deeds&amp;action=case.take&amp;first=" in page
