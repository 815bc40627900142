"""The receipt as a signed paper: who gets it, for how long, and under which name."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile

from cases.operations.hand_over_code import hand_over_code
from cases.operations.issue_log_proof import issue_log_proof
from foundation.audit.models import AccessEntry, AuditEntry
from foundation.documents.files import storage
from foundation.documents.models import Document
from foundation.documents.operations.download_document import FileMissing, download_document
from foundation.documents.operations.seal_document import seal_document
from foundation.documents.operations.verify_document import Answer, verify_file, verify_number
from foundation.documents.sheets import Paper
from foundation.errors import Conflict, Hidden, NotAllowed, NotFound
from foundation.transparency import log
from foundation.transparency.proofs import check_proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(desk_clerk, case, now):
    return hand_over_code(actor=desk_clerk, reference=case.reference, now=now).paper


@pytest.fixture
def sealed(receipt, now):
    seal_document(document_id=receipt.pk, now=now)
    receipt.refresh_from_db()
    return receipt


def take(actor, document, now, paper=Paper.A4):
    return download_document(actor=actor, number=document.number, paper=paper, now=now)


def test_the_code_stands_on_a_receipt_that_the_person_downloads_and_anybody_checks(sealed, resident, now):
    for paper in Paper:
        found = take(resident, sealed, now + timedelta(days=30), paper)

        assert verify_file(data=found.pdf, now=now).answer == Answer.GENUINE
    assert AuditEntry.objects.filter(action="document.download", subject_reference=sealed.number, actor_kind="resident").count() == 2
    assert AccessEntry.objects.filter(viewer_reference=resident.reference, reason="own_matter").count() == 2


def test_while_it_is_being_sealed_there_is_nothing_to_download(receipt, resident, now):
    with pytest.raises(Conflict):
        take(resident, receipt, now)


def test_a_fresh_code_takes_the_place_of_the_receipt_before(receipt, desk_clerk, case, now):
    second = hand_over_code(actor=desk_clerk, reference=case.reference, now=now).paper

    assert verify_number(text=receipt.number, now=now).answer == Answer.SUPERSEDED
    assert verify_number(text=second.number, now=now).answer == Answer.GENUINE


def test_for_whom_the_case_is_not_the_receipt_does_not_exist(sealed, neighbour, foreign_officer, now):
    for stranger in (neighbour, foreign_officer):
        with pytest.raises(Hidden):
            take(stranger, sealed, now)


def test_an_officer_prints_the_own_receipt_for_15_minutes_and_nobody_else_s_ever(sealed, desk_clerk, handling_officer, now):
    assert take(desk_clerk, sealed, now + timedelta(minutes=15), Paper.ROLL).pdf.startswith(b"%PDF-")
    for officer, at in ((desk_clerk, now + timedelta(minutes=16)), (handling_officer, now)):
        with pytest.raises(NotAllowed) as refusal:
            take(officer, sealed, at)
        assert refusal.value.code == "receipt_not_yours"


def test_a_case_that_went_dark_hides_its_receipt_from_the_person_too(sealed, resident, case, now):
    case.publication, case.ground = "closed", "privacy"
    case.save()

    with pytest.raises(Hidden):
        take(resident, sealed, now)


def test_a_file_that_the_storage_lost_or_changed_is_handed_to_nobody(sealed, resident, now):

    name = sealed.editions.get(paper="a4").file
    other = sealed.editions.get(paper="roll").file
    with storage().open(other) as file:
        content = file.read()
    storage().delete(name)
    with pytest.raises(FileMissing):
        take(resident, sealed, now)
    storage().save(name, ContentFile(content))
    with pytest.raises(FileMissing):
        take(resident, sealed, now)


def test_a_size_of_paper_that_it_was_not_made_for_is_not_there(sealed, resident, now):
    sealed.editions.filter(paper="roll").delete()

    with pytest.raises(NotFound):
        take(resident, sealed, now, Paper.ROLL)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_page_says_that_it_is_being_sealed_and_looks_again_by_itself(sign_in, resident, receipt, now):
    client = sign_in(resident)

    answer = client.get(f"/my/papers/{receipt.number}/")
    assert "is being sealed" in answer.content.decode()
    assert answer["Refresh"] == f"2;url=/my/papers/{receipt.number}/?looked=1"
    assert client.get(f"/my/papers/{receipt.number}/a4.pdf").status_code == 302

    last = client.get(f"/my/papers/{receipt.number}/?looked=15")
    assert "Refresh" not in last.headers
    assert "longer than usual" in last.content.decode()


def test_the_file_comes_under_a_name_in_the_reader_s_language_that_no_system_misreads(sign_in, resident, sealed):
    answer = sign_in(resident, language="zh-hans").get(f"/my/papers/{sealed.number}/a4.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    name = f"%E6%8E%A5%E6%8A%A5%E6%A1%88%E5%9B%9E%E6%89%A7%20{sealed.number}.pdf"
    assert answer["Content-Disposition"] == f"attachment; filename=\"receipt-{sealed.number}.pdf\"; filename*=UTF-8''{name}"


def test_the_case_page_lists_the_receipt_and_a_replaced_one_no_more(sign_in, resident, sealed, case, desk_clerk, now):
    fresh = hand_over_code(actor=desk_clerk, reference=case.reference, now=now).paper

    page = sign_in(resident).get(f"/my/cases/{case.reference}/").content.decode()

    assert f"/my/papers/{fresh.number}/" in page
    assert sealed.number not in page


def test_the_desk_shows_the_paper_to_who_made_it(sign_in, desk_clerk, sealed, now):
    with time_machine.travel(now, tick=False):
        client = sign_in(desk_clerk)

        assert f"/desk/papers/{sealed.number}/roll.pdf" in client.get(f"/desk/papers/{sealed.number}/").content.decode()
        assert client.get(f"/desk/papers/{sealed.number}/roll.pdf").content.startswith(b"%PDF-")
        assert client.get(f"/desk/papers/{sealed.number}/a5.pdf").status_code == 404


def test_a_number_of_nobody_is_not_there(sign_in, resident, desk_clerk):
    assert sign_in(resident).get("/my/papers/310000-RC-2026-999999/").status_code == 404
    assert sign_in(desk_clerk).get("/desk/papers/310000-RC-2026-999999/").status_code == 404
    assert not Document.objects.exists()


# --- the proof of the record ------------------------------------------------------------------------------------------


def test_the_proof_on_paper_is_the_proof_of_the_report_and_is_issued_once(resident, case, now, settings):
    paper = issue_log_proof(actor=resident, reference=case.reference, now=now)
    square = json.loads(paper.content)["sheet"]["squares"][0]["content"]

    genuine = check_proof(square.encode(), log.verifiers(settings.LOG_ORIGIN))
    assert genuine.record.commitment == bytes(case.entries.get(sequence=1).hash).hex()
    seal_document(document_id=paper.pk, now=now)
    assert take(resident, paper, now).pdf.startswith(b"%PDF-")
    assert issue_log_proof(actor=resident, reference=case.reference, now=now) == paper


def test_nobody_else_gets_the_proof(neighbour, case, now):
    with pytest.raises(Hidden):
        issue_log_proof(actor=neighbour, reference=case.reference, now=now)


def test_without_the_log_nothing_is_issued_and_the_person_is_told(sign_in, resident, case, now, monkeypatch):
    monkeypatch.setattr("cases.operations.issue_log_proof.prove_at_once", lambda **_given: None)

    page = sign_in(resident).post(f"/my/cases/{case.reference}/proof/", follow=True)

    assert "The proof is not ready yet" in page.content.decode()
    assert not Document.objects.exists()
