"""The verifier reads a million rows in PostgreSQL's words: these are the words by which rows are sealed, or the row is read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.audit.models import AccessEntry, AuditEntry
from foundation.database.roles import owner
from foundation.progress.chain import GENESIS
from foundation.transparency.models import Pending
from foundation.transparency.operations.seal import seal
from foundation.transparency.sources import sources
from foundation.transparency.verification import rows as checking
from foundation.transparency.verification.rows import check_source, is_as_logged, is_as_sealed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
# Whatever PostgreSQL can hold: anything but NUL and halves of pairs.
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)
moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts, st.lists, max_leaves=5
)
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def findings(kind):
    return [str(each) for each in check_source(sources()[kind], now=NOW) if not isinstance(each, int)]


@many
@given(detail=texts, text=texts, at=moments, term=st.none() | st.integers(0, 30000), is_late=st.booleans())
def test_an_entry_is_told_in_the_words_by_which_it_is_sealed(case, detail, text, at, term, is_late):
    with transaction.atomic():
        entry = case.entries.model(
            case=case, sequence=2, at=at, recorded_at=at, kind="note", status="registered", text_en=text, text_zh=text, detail=detail,
            term_days=term, is_late=is_late, recorded_by=text[:80], source_key="",
        )  # fmt: skip
        case.progress_head = entry.seal(matter_reference=case.reference, previous=bytes(case.progress_head))
        case.progress_length = 2
        entry.save()
        case.save()
        seal(now=NOW)

        assert is_as_sealed(list(sources()["case"].told_entries()))
        transaction.set_rollback(True)
    case.refresh_from_db()


@many
@given(word=texts, at=moments, changes=st.dictionaries(texts, values, max_size=3))
def test_a_deed_is_told_in_the_words_by_which_it_is_sealed(word, at, changes):
    with transaction.atomic():
        Pending.objects.all().delete()
        AuditEntry.objects.create(at=at, action=word, actor_reference=word, bureau_code="310000", changes=changes)
        seal(now=NOW)
        (row,) = sources()["deed"].told_rows()

        assert is_as_logged(sources()["deed"], row)
        transaction.set_rollback(True)


@pytest.mark.parametrize("changes", [{}, [], "", "?", 0, False, {"a": "?", "changes": "?"}, 'x"changes":"?"'])
def test_a_deed_with_odd_changes_is_told_so_too(changes):
    AuditEntry.objects.create(at=NOW, action="?", bureau_code="", changes=changes)
    seal(now=NOW)
    (row,) = sources()["deed"].told_rows()

    assert is_as_logged(sources()["deed"], row)


def test_a_look_is_told_in_the_words_by_which_it_is_sealed():
    AccessEntry.objects.create(at=NOW, viewer_kind="receipt", viewer_reference="r", reason="receipt", bureau_code="310000")
    seal(now=NOW)
    (row,) = sources()["look"].told_rows()

    assert is_as_logged(sources()["look"], row)


def test_what_is_told_in_other_words_is_read_by_the_words_of_its_seal(case, monkeypatch):
    """A later PostgreSQL may write JSON in another way: nothing is found that is not there, and what is there is found."""
    AuditEntry.objects.create(at=NOW, action="a", bureau_code="310000")
    seal(now=NOW)
    monkeypatch.setattr(checking, "is_as_sealed", lambda *_: False)
    monkeypatch.setattr(checking, "is_as_logged", lambda *_: False)
    assert findings("case") + findings("deed") == []

    with owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_auditentry SET action = 'b' WHERE action = 'a'")
        cursor.execute("UPDATE cases_progressentry SET detail = 'b'")
    assert len(findings("case")) == len(findings("deed")) == 1


def test_a_verifier_that_believes_what_it_is_told_would_miss_a_changed_row(case, monkeypatch):
    seal(now=NOW)
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE cases_progressentry SET detail = 'b'")

    assert findings("case") == [f"{case.reference} entry 1: was changed after it was sealed"]
    monkeypatch.setattr(checking, "is_as_sealed", lambda *_: True)
    assert findings("case") == []


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("case", "UPDATE cases_progressentry SET at = 'infinity'"),
        ("case", "UPDATE cases_progressentry SET at = '250000-01-01'"),
        ("case", "UPDATE cases_progressentry SET salt = '', hash = '', previous_hash = ''"),
        ("deed", "UPDATE audit_auditentry SET at = '-infinity'"),
        ("deed", "UPDATE audit_auditentry SET changes = (repeat('[', 3000) || repeat(']', 3000))::jsonb"),
        ("deed", "UPDATE audit_auditentry SET changes = repeat('9', 10000)::jsonb"),
    ],
)
def test_a_row_that_was_made_unreadable_is_a_finding(case, kind, spoil):
    seal(now=NOW)
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(spoil)

    assert findings(kind)


def test_what_waits_for_its_seal_is_no_finding_and_what_hides_from_it_is(case):
    AuditEntry.objects.create(at=NOW, action="a", bureau_code="310000")
    assert findings("case") + findings("deed") == []

    Pending.objects.all().delete()
    assert len(findings("case")) == 1
    assert all("never given to the sealer" in each for each in findings("deed"))


def test_the_order_of_entries_counts(case):
    told = [list(entry) for entry in sources()["case"].told_entries()]
    assert not is_as_sealed(told)  # it waits, and nobody said so
    assert is_as_sealed(told, waiting={told[0][4]})
    for column, value in ((5, 2), (7, (bytes(31) + b"\1").hex()), (2, 2), (3, GENESIS.hex())):
        assert not is_as_sealed([[*told[0][:column], value, *told[0][column + 1 :]]], waiting={told[0][4]})
