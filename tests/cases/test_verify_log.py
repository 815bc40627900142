"""Whoever changes a timeline behind the hall's back, the owner of the database included, is found by ``verify_log``."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cases.operations.append_entry import Words
from cases.operations.publish_progress import publish_progress
from foundation.audit.models import AuditEntry
from foundation.database.roles import owner

pytestmark = pytest.mark.django_db

TAMPERINGS = {
    "words": "UPDATE cases_progressentry SET detail = 'Nothing was seen.' WHERE sequence = 2",
    "time": "UPDATE cases_progressentry SET at = at - interval '1 day' WHERE sequence = 2",
    "status": "UPDATE cases_progressentry SET status = 'closed' WHERE sequence = 3",
    "publication": "UPDATE cases_progressentry SET publication = 'withheld', ground = 'privacy' WHERE sequence = 2",
    "author": "UPDATE cases_progressentry SET recorded_by = 'officer:U-0000-0000-0000' WHERE sequence = 2",
    "hash": "UPDATE cases_progressentry SET hash = decode(repeat('ab', 32), 'hex') WHERE sequence = 3",
    "salt": "UPDATE cases_progressentry SET salt = decode(repeat('ab', 16), 'hex') WHERE sequence = 3",
    "middle": "DELETE FROM cases_progressentry WHERE sequence = 2",
    "tail": "DELETE FROM cases_progressentry WHERE sequence = 4",
    "everything": "DELETE FROM cases_progressentry",
    "swap": """
        UPDATE cases_progressentry SET sequence = 99 WHERE sequence = 2;
        UPDATE cases_progressentry SET sequence = 2 WHERE sequence = 3;
        UPDATE cases_progressentry SET sequence = 3 WHERE sequence = 99
    """,
    "another case": "UPDATE cases_case SET reference = 'C-0000-0000-0000'",
    "insertion": """
        INSERT INTO cases_progressentry (case_id, sequence, at, recorded_at, kind, status, text_en, text_zh, detail, publication,
            ground, is_late, recorded_by, source_key, salt, previous_hash, hash)
        SELECT case_id, 5, at, recorded_at, kind, status, text_en, text_zh, detail, publication,
            ground, is_late, recorded_by, '', salt, hash, hash FROM cases_progressentry WHERE sequence = 4
    """,
}


@pytest.fixture
def told(case, handling_officer, later):
    for hour in (1, 2, 3):
        publish_progress(actor=handling_officer, reference=case.reference, words=Words(detail=f"News {hour}."), now=later(hour))
    return case


def verify():
    out = io.StringIO()
    call_command("verify_log", stdout=out, stderr=out)
    return out.getvalue()


def test_entries_and_the_deeds_behind_them_are_as_they_were_sealed(told):
    rows = told.entries.count() + AuditEntry.objects.count()

    assert rows >= 8
    assert f"{rows} rows are as they were sealed." in verify()


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_every_kind_of_tampering_is_found(told, kind):
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(TAMPERINGS[kind])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    with pytest.raises(CommandError, match="findings"):
        verify()
