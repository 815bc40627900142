"""A sealed log, small, and who plays its enemies."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db import connection

from foundation.database.roles import owner
from foundation.transparency.operations.seal import seal_all


@pytest.fixture
def appoint(appoint):
    """Make an officer, and leave nothing to be sealed of it: tests here count what they write themselves."""

    def quietly(*arguments):
        user = appoint(*arguments)
        with owner(), connection.cursor() as cursor:
            cursor.execute("""
                SET session_replication_role = replica;
                DELETE FROM transparency_pending WHERE kind = 'deed'
                AND row_ids && (SELECT array_agg(id) FROM audit_auditentry WHERE subject_kind <> 'case');
                DELETE FROM audit_auditentry WHERE subject_kind <> 'case';
                SET session_replication_role = DEFAULT
            """)
        return user

    return quietly


@pytest.fixture
def seal(now):
    """Seal and publish everything that waits."""
    return lambda at=None: seal_all(now=at or now)


@pytest.fixture
def command():
    """Run a management command and return what it says."""

    def run(*arguments, **options):
        out = io.StringIO()
        call_command(*arguments, stdout=out, stderr=out, **options)
        return out.getvalue()

    return run
