"""While sealing has stopped, officers write nothing and everybody reads on; when it runs again, so do they."""

from __future__ import annotations

import pytest
from django.db import connection

from cases.operations.append_entry import Words
from cases.operations.publish_progress import publish_progress
from cases.operations.send_message import ask_unit
from foundation.database.roles import owner
from foundation.transparency.errors import RecordNotProtected
from foundation.transparency.models import Publication
from foundation.transparency.protection import longest_wait

pytestmark = pytest.mark.django_db


def stop_sealing(minutes):
    """Let what waits have waited for so long, by the database's clock."""
    with owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE transparency_pending SET written_at = clock_timestamp() - %s * interval '1 minute'", [minutes])


def news(case, officer, now):
    return publish_progress(actor=officer, reference=case.reference, words=Words(detail="News."), now=now)


def test_an_officer_writes_nothing_that_is_not_protected(case, handling_officer, now, caplog):
    stop_sealing(5.1)
    with pytest.raises(RecordNotProtected) as refusal:
        news(case, handling_officer, now)

    assert (refusal.value.status, refusal.value.code) == (503, "record_not_protected")
    assert case.entries.count() == 1
    assert "record.not_protected" in caplog.text


def test_a_short_wait_stops_nobody(case, handling_officer, now):
    stop_sealing(4.9)
    assert news(case, handling_officer, now)


def test_it_ends_by_itself_when_sealing_runs(case, handling_officer, now, seal):
    stop_sealing(60)
    seal()
    assert longest_wait().total_seconds() == 0
    assert news(case, handling_officer, now)


def test_what_is_sealed_and_not_published_is_not_protected(case, handling_officer, now, seal):
    seal()
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Publication.objects.all().delete()
        cursor.execute("UPDATE transparency_sealedcheckpoint SET sealed_at = clock_timestamp() - interval '6 minutes'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    with pytest.raises(RecordNotProtected):
        news(case, handling_officer, now)


def test_residents_go_on(case, resident, now):
    stop_sealing(60)
    assert ask_unit(actor=resident, reference=case.reference, text="How is it going?", now=now)


def test_reading_goes_on_at_the_desk(case, desk_clerk, sign_in):
    stop_sealing(60)
    assert sign_in(desk_clerk).get(f"/desk/cases/{case.reference}/").status_code == 200


@pytest.mark.parametrize(("language", "words"), [("en", "the seal that protects the record"), ("zh-hans", "封存程序已停止")])
def test_the_page_says_so_and_keeps_what_was_typed(case, handling_officer, sign_in, language, words):
    stop_sealing(60)
    given = {"progress-seen_length": case.progress_length, "progress-phrase": "standard", "progress-detail": "Typed with care."}
    answer = sign_in(handling_officer, language=language).post(f"/desk/cases/{case.reference}/publish/", given)

    assert answer.status_code == 503
    assert words in answer.content.decode()
    assert "Typed with care." in answer.content.decode()


def test_the_api_answers_a_problem(case, handling_officer, sign_in):
    stop_sealing(60)
    answer = sign_in(handling_officer).post(f"/api/v1/cases/{case.reference}/take/", "{}", content_type="application/json")

    assert (answer.status_code, answer.json().get("code")) == (503, "record_not_protected")


def test_the_question_is_one_query(case, django_assert_num_queries):
    with django_assert_num_queries(1):
        longest_wait()


def test_a_hall_that_never_asks_lets_everything_through(case, handling_officer, now, monkeypatch):
    """The broken variant: without the one line where deeds are recorded, nobody is stopped."""
    stop_sealing(60)
    monkeypatch.setattr("foundation.audit.log.refuse_unprotected", lambda **deed: None)
    assert news(case, handling_officer, now)
