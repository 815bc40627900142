"""Taking papers back, on pages and over the API; checking papers over the API."""

from __future__ import annotations

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.audit.models import AuditEntry
from foundation.documents.models import Revocation
from foundation.documents.operations.verify_document import Answer, verify_number
from foundation.limits.rules import PAPER_SOURCE
from tests.browser import axe

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(appoint, station):
    return appoint("reviewer", station, "first-reviewer")


@pytest.fixture
def second(appoint, station):
    return appoint("approver", station, "second-approver")


def test_two_officers_take_a_paper_back_on_pages(sign_in, first, second, sealed, now):
    number = sealed.number
    proposer, confirmer = sign_in(first), sign_in(second)

    found = proposer.get("/desk/papers/revocations/", {"number": number.lower()})
    assert found["Location"] == f"/desk/papers/{number}/revocation/"
    page = proposer.post(f"/desk/papers/{number}/revocation/propose/", {"ground": "data_wrong"}, follow=True).content.decode()
    assert "Another officer must confirm" in page
    assert "Take the paper back" not in page
    assert number in confirmer.get("/desk/papers/revocations/").content.decode()
    page = confirmer.post(f"/desk/papers/{number}/revocation/confirm/", follow=True).content.decode()

    assert "no longer holds" in page
    assert verify_number(text=number, now=now).answer == Answer.REVOKED
    assert list(AuditEntry.objects.filter(subject_reference=number, action__contains="revo").values_list("action", "capability")) == [
        ("document.propose_revocation", "document.revoke"),
        ("document.revoke", "document.revoke"),
    ]


def test_nobody_confirms_an_own_proposal(sign_in, first, sealed):
    client = sign_in(first)
    client.post(f"/desk/papers/{sealed.number}/revocation/propose/", {"ground": "lapsed"})

    assert client.post(f"/desk/papers/{sealed.number}/revocation/confirm/").status_code == 403
    assert Revocation.objects.get().confirmed_at is None


def test_a_proposal_without_a_ground_or_made_twice_is_told_so(sign_in, first, second, sealed):
    client, address = sign_in(first), f"/desk/papers/{sealed.number}/revocation/propose/"

    assert client.post(address, {"ground": "because"}).status_code == 422
    client.post(address, {"ground": "lapsed"})
    again = sign_in(second).post(address, {"ground": "lapsed"})

    assert again.status_code == 409
    assert "proposed already" in again.content.decode()


def test_a_proposal_is_put_aside_and_a_late_confirmation_changes_nothing(sign_in, first, second, sealed):
    sign_in(first).post(f"/desk/papers/{sealed.number}/revocation/propose/", {"ground": "lapsed"})
    client = sign_in(second)
    client.post(f"/desk/papers/{sealed.number}/revocation/drop/")

    page = client.post(f"/desk/papers/{sealed.number}/revocation/confirm/", follow=True).content.decode()

    assert "Nothing is proposed" in page
    assert not Revocation.objects.exists()


def test_the_pages_ask_first_who_it_is(sign_in, first, sealed):
    client = sign_in(first, minutes_ago=6)

    page = client.get(f"/desk/papers/{sealed.number}/revocation/")
    assert page.status_code == 302
    assert "/accounts/" in page["Location"]
    assert client.post(f"/desk/papers/{sealed.number}/revocation/propose/", {"ground": "lapsed"}).status_code in {302, 403}
    assert not Revocation.objects.exists()


def test_a_number_of_no_paper_or_of_another_unit_s_is_told_alike(sign_in, appoint, other_station, sealed):
    client = sign_in(appoint("reviewer", other_station, "elsewhere"))

    pages = [client.get("/desk/papers/revocations/", {"number": number}) for number in (sealed.number, "310000-RC-2026-999999")]

    assert [page.status_code for page in pages] == [404, 404]
    assert all("Your units issued no paper with this number" in page.content.decode() for page in pages)


# --- the API ----------------------------------------------------------------------------------------------------------


def send(client, path, given=None):
    return client.post(
        f"/api/v1/documents/{path}", json.dumps(given or {}), content_type="application/json", headers={"idempotency-key": uuid.uuid4().hex}
    )


def test_programs_take_a_paper_back_in_the_same_way(sign_in, first, second, sealed, now):
    proposer, confirmer = sign_in(first), sign_in(second)

    proposed = send(proposer, f"{sealed.number}/revocation/propose/", {"ground": "obtained_by_deceit"})
    assert (proposed.status_code, proposed.json()["confirmed_at"]) == (200, None)
    own = send(proposer, f"{sealed.number}/revocation/confirm/")
    assert (own.status_code, own.json()["code"]) == (403, "same_officer")
    assert send(confirmer, f"{sealed.number}/revocation/confirm/").json()["confirmed_at"]
    assert send(confirmer, f"{sealed.number}/revocation/drop/").status_code == 409
    assert verify_number(text=sealed.number, now=now).answer == Answer.REVOKED


def test_a_proposal_is_put_aside_over_the_api(sign_in, first, sealed):
    client = sign_in(first)
    send(client, f"{sealed.number}/revocation/propose/", {"ground": "lapsed"})

    assert send(client, f"{sealed.number}/revocation/drop/").status_code == 204
    assert not Revocation.objects.exists()


def ask(client, given):
    return client.post("/api/v1/documents/verify/", json.dumps(given), content_type="application/json")


def test_programs_check_a_paper_by_square_number_and_file(client, sealed, pdf_of, station):
    by_square, by_number = ask(client, {"stamp": sealed.stamp}), ask(client, {"number": sealed.number})
    by_file = client.post("/api/v1/documents/verify/", {"file": SimpleUploadedFile("paper.pdf", pdf_of(sealed))})

    assert (
        by_square.json()
        == by_file.json()
        == {
            "answer": "genuine",
            "kind": "receipt",
            "number": sealed.number,
            "issued_on": "2026-03-02",
            "valid_until": None,
            "issued_by": {"code": station.code, "name": station.name},
            "holder": "演***",
        }
    )
    assert by_number.json() == by_square.json() | {"holder": ""}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 400),
        ({"number": "x", "stamp": "y"}, 400),
        ({"number": 7}, 400),
        ({"nummer": "310000-RC-2026-000001"}, 400),
        ({"number": "x" * 99}, 400),
        ({"stamp": "nonsense"}, 200),
        ({"number": "310000-RC-2026-999999"}, 200),
    ],
)
def test_what_programs_send_is_taken_as_meant_or_not_at_all(client, db, given, status):
    answer = ask(client, given)

    assert answer.status_code == status
    assert status != 200 or answer.json()["answer"] == "unknown"


def test_files_of_programs_are_refused_that_are_no_paper(client, db):
    answers = [
        client.post("/api/v1/documents/verify/", {"file": SimpleUploadedFile("a.pdf", data)})
        for data in (b"hello", b"%PDF-" + b"0" * 5_000_001, b"%PDF" * 2_000_000)
    ]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (422, "not_a_pdf"),
        (422, "file_too_large"),
        (413, "too_large"),
    ]


def test_pages_and_programs_share_one_limit(client, sealed):
    for _time in range(PAPER_SOURCE.allowed - 1):
        ask(client, {"number": sealed.number})
    client.post("/verify/", {"number": sealed.number})

    last = ask(client, {"number": sealed.number})

    assert last.status_code == 429
    assert int(last["Retry-After"]) > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_have_no_accessibility_finding_in_a_browser(open_page, sign_in, first, sealed, width, language):
    session = sign_in(first).session.session_key
    for address in ("/desk/papers/revocations/", f"/desk/papers/{sealed.number}/revocation/"):
        page = open_page(address, width=width, language=language, session=session)
        assert not page.faults
        assert not axe.audit(page, f"{address} {width} {language}")
