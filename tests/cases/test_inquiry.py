"""The one look-up, on the page and through the API: what a receipt opens, and what it never tells."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.operations.append_entry import Words
from cases.operations.correct_entry import withhold_entry
from cases.operations.hand_over_code import hand_over_code
from cases.operations.make_complaint import make_complaint
from cases.operations.publish_progress import publish_progress
from cases.operations.set_publication import set_publication
from cases.operations.transfer_case import merge_case
from foundation.audit.models import AccessEntry
from foundation.inquiries import hashing
from foundation.inquiries.codes import TypedCode, new_token, new_typed_code
from foundation.inquiries.models import InquiryCode

pytestmark = pytest.mark.django_db(transaction=True)

SECRETS = ("演示居民", "11010519491231002X", "13800000001", "Desk Clerk", "Theft", "盗窃", "blue bicycle")


@pytest.fixture
def issued(case, desk_clerk, now):
    return hand_over_code(actor=desk_clerk, reference=case.reference, now=now)[1]


def ask(language="en", **given):
    return Client().post("/api/v1/inquiries/", json.dumps(given), content_type="application/json", headers={"Accept-Language": language})


def look(language="en", **given):
    return Client().post("/q", given, headers={"Accept-Language": language})


def bytes_of(response):
    headers = {name: value for name, value in response.headers.items() if name != "Date"}
    return response.status_code, headers, response.content


def test_the_qr_code_opens_the_matter_on_both_faces(case, issued):
    answer = ask(token=issued.token).json()

    assert (answer["kind"], answer["reference"], answer["status"]["code"]) == ("case", case.reference, "registered")
    assert answer["handled_by"]["name"] == "First Station"
    assert answer["next_step"]
    assert answer["deadline"]["at"].startswith("2026-03-05T23:59")
    assert [step["sequence"] for step in answer["progress"]] == [1]
    page = look(token=issued.token)
    assert page.status_code == 200
    assert "Report registered" in page.content.decode()


@pytest.mark.parametrize("distort", [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code.replace('-', ' ')}  "])
def test_the_typed_code_is_read_as_people_type(issued, distort):
    assert ask(code=distort(issued.typed)).status_code == 200


@pytest.mark.parametrize(("language", "label"), [("en", "Report registered"), ("zh-CN", "报案已登记")])
def test_the_answer_is_in_the_language_asked_for(issued, language, label):
    assert ask(language, token=issued.token).json()["status"]["text"] == label


def test_a_receipt_names_nobody_and_does_not_tell_what_happened(case, issued, handling_officer, now):
    publish_progress(
        actor=handling_officer, reference=case.reference, action="file", words=Words(detail="The blue bicycle was seen."), now=now
    )

    for language in ("en", "zh-hans"):
        for response in (ask(language, token=issued.token), look(language, token=issued.token)):
            text = response.content.decode()
            assert response.status_code == 200
            assert not [secret for secret in SECRETS if secret in text]
            assert not re.search(r"(?<!\d)(\d{17}[\dX]|1[3-9]\d{9})(?!\d)", re.sub(r'"hash": ?"[0-9a-f]+"', "", text))


def unknown(**_):
    return new_typed_code().printed, new_token()


def revoked(*, case, issued, desk_clerk, now):
    hand_over_code(actor=desk_clerk, reference=case.reference, now=now)
    return issued.typed, issued.token


def expired(*, issued, now, **_):
    InquiryCode.objects.update(expires_at=now - timedelta(days=1))
    return issued.typed, issued.token


def closed(*, case, issued, head_of_unit, now, **_):
    set_publication(actor=head_of_unit, reference=case.reference, publication="closed", ground="victim_wish", now=now)
    return issued.typed, issued.token


def counter_only(*, case, issued, head_of_unit, now, **_):
    set_publication(actor=head_of_unit, reference=case.reference, publication="open", is_counter_only=True, now=now)
    return issued.typed, issued.token


def wrong(*, issued, **_):
    return with_another_secret(issued), new_token()


def with_another_secret(issued):
    return TypedCode(selector=issued.typed.replace("-", "")[:6], secret=new_typed_code().secret).printed


@pytest.mark.parametrize("state", [wrong, revoked, expired, closed, counter_only])
@pytest.mark.parametrize("face", [ask, look])
def test_every_reason_for_showing_nothing_answers_the_same_bytes(state, face, case, issued, desk_clerk, head_of_unit, now, monkeypatch):
    hashes = []
    verify = hashing.is_right
    monkeypatch.setattr(hashing, "is_right", lambda *given, **named: hashes.append(1) or verify(*given, **named))
    given = {"case": case, "issued": issued, "desk_clerk": desk_clerk, "now": now}
    if state in (closed, counter_only):
        given["head_of_unit"] = head_of_unit
    typed, token = state(**given)
    never_typed, never_token = unknown()

    for language in ("en", "zh-hans"):
        assert bytes_of(face(language, code=typed)) == bytes_of(face(language, code=never_typed))
        assert bytes_of(face(language, token=token)) == bytes_of(face(language, token=never_token))
    assert face(code=typed).status_code == 404
    assert len(hashes) == 5


def test_a_look_that_shows_nothing_is_no_access_row(case, issued, head_of_unit, now):
    closed(case=case, issued=issued, head_of_unit=head_of_unit, now=now)

    ask(token=issued.token)

    assert not AccessEntry.objects.exists()


def test_every_look_is_a_row_that_says_how(case, issued):
    ask(token=issued.token)
    ask(code=issued.typed)

    rows = AccessEntry.objects.filter(subject_reference=case.reference).order_by("pk")
    assert [row.viewer_reference for row in rows] == ["qr/127.0.0.0/24", "typed/127.0.0.0/24"]
    assert {row.reason for row in rows} == {"receipt"}


def test_a_look_up_by_qr_code_costs_four_queries(case, issued, handling_officer, now):
    for sequence in range(3):
        publish_progress(actor=handling_officer, reference=case.reference, words=Words(text_en=f"News {sequence}."), now=now)

    for face in (ask, look):
        face(token=issued.token)
        with CaptureQueriesContext(connection) as queries:
            assert face(token=issued.token).status_code == 200
        assert len(queries) <= 4, [query["sql"] for query in queries]


def test_looking_up_sets_no_cookie_and_is_never_kept(issued):
    for response in (look(token=issued.token), look(code=issued.typed), Client().get("/q")):
        assert not response.cookies
        assert "no-store" in response["Cache-Control"]
    assert look(token=issued.token)["Referrer-Policy"] == "no-referrer"


def test_the_sixth_wrong_try_is_stopped_and_the_qr_code_goes_on(issued, case):
    answers = [ask(code=with_another_secret(issued)) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [404] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert ask(code=issued.typed).status_code == 429
    assert ask(token=issued.token).status_code == 200


def test_a_slip_is_told_at_once_and_what_was_typed_stays(issued):
    last = "0" if issued.typed[-1] != "0" else "1"
    slipped = issued.typed[:-1] + last

    page = look(code=slipped)

    assert page.status_code == 422
    assert slipped in page.content.decode()
    assert ask(code=slipped).json()["code"] == "code_mistyped"


@pytest.mark.parametrize("text", ["", " ", "x" * 10_000, "<script>alert(1)</script>", "A-B-C", "０" * 15, "\x00" * 5, "код"])
def test_anything_typed_into_the_box_gets_a_clear_page(text):
    page = look(code=text)

    assert page.status_code == 422
    assert "<script>alert" not in page.content.decode()
    assert "govuk-error-message" in page.content.decode()


def test_a_page_of_another_site_cannot_look_codes_up(issued):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        response = Client().post("/q", {"token": issued.token}, headers=headers)
        assert response.status_code == 403


def test_what_is_withheld_keeps_its_place_and_loses_its_words(case, issued, handling_officer, now):
    publish_progress(actor=handling_officer, reference=case.reference, words=Words(text_en="Secret news.", text_zh="秘密消息。"), now=now)
    withhold_entry(actor=handling_officer, reference=case.reference, sequence=2, ground="operation_at_risk", now=now)

    steps = ask(token=issued.token).json()["progress"]

    assert [(step["sequence"], step["text"], step["withheld_ground"]) for step in steps][1] == (2, "", "operation_at_risk")
    assert "Secret news" not in look(token=issued.token).content.decode()


def test_of_a_unit_only_case_the_unit_is_told_and_nothing_else(case, issued, head_of_unit, now):
    set_publication(actor=head_of_unit, reference=case.reference, publication="unit_only", ground="trade_secret", now=now)

    answer = ask(token=issued.token).json()

    assert (answer["status"], answer["next_step"], answer["deadline"], answer["progress"]) == (None, None, None, [])
    assert answer["handled_by"]["phone"] == "021-2222 0002"
    assert "Report registered" not in look(token=issued.token).content.decode()


def test_the_code_of_a_joined_case_shows_how_the_other_goes_on_and_nothing_earlier_of_it(
    register, desk_clerk, handling_officer, head_of_unit, now, later
):
    case, main = register(), register()
    code = hand_over_code(actor=desk_clerk, reference=case.reference, now=now)[1]
    publish_progress(actor=handling_officer, reference=main.reference, words=Words(text_en="Before."), now=later(1))
    merge_case(actor=head_of_unit, reference=case.reference, into=main.reference, now=later(2))
    publish_progress(actor=handling_officer, reference=main.reference, action="file", words=Words(text_en="After."), now=later(3))

    answer = ask(token=code.token).json()

    assert answer["reference"] == case.reference
    assert answer["status"]["code"] == "filed"
    assert [step["text"] for step in answer["progress"]][-1] == "After."
    assert "Before." not in [step["text"] for step in answer["progress"]]


def test_a_complaint_is_followed_by_a_code_of_its_own(case, resident, head_of_branch, now, later):
    from cases.operations.make_complaint import answer_complaint

    complaint, code = make_complaint(actor=resident, reference=case.reference, text="Nobody calls back.", now=now)
    assert ask(token=code.token).json()["status"]["code"] == "received"

    answer_complaint(actor=head_of_branch, reference=complaint.reference, text="They will.", now=later(24))

    answer = ask(token=code.token).json()
    assert (answer["kind"], answer["status"]["code"], len(answer["progress"])) == ("complaint", "answered", 2)
    assert "Nobody calls" not in json.dumps(answer)


def test_a_fresh_code_kills_the_old_one(case, issued, desk_clerk, now):
    fresh = hand_over_code(actor=desk_clerk, reference=case.reference, now=now)[1]

    assert ask(token=issued.token).status_code == 404
    assert ask(token=fresh.token).status_code == 200


def test_a_closed_case_still_gets_a_code_so_that_the_paper_alone_tells_nothing(register, domestic_violence, desk_clerk, now):
    case = register(category=domestic_violence)

    code = hand_over_code(actor=desk_clerk, reference=case.reference, now=now)[1]

    assert ask(token=code.token).status_code == 404
    assert Case.objects.get(pk=case.pk).code_issued_at == now


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b'{"code": "A", "code": "B"}', 400, None),
        (b'{"code": NaN}', 400, None),
        (b"\xef\xbb\xbf{}", 400, None),
        (b"\xff\xfe{\x00", 400, None),
        (b"{}", 400, None),
        (b'{"code": "A", "token": "B"}', 400, None),
        (b'{"code": 1}', 400, None),
        (b'{"code": "A", "extra": 1}', 400, None),
        (b'{"code": "' + b"A" * 10_000_000 + b'"}', 413, None),
    ],
)
def test_what_is_no_question_is_answered_by_a_problem_document(body, status, code):
    answer = Client().post("/api/v1/inquiries/", body, content_type="application/json")

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert code is None or answer.json()["code"] == code


def test_ten_megabytes_in_the_box_are_told_to_be_too_many():
    body = b"code=" + b"A" * 10_000_000
    page = Client().post("/q", body, content_type="application/x-www-form-urlencoded", headers={"Accept-Language": "en"})

    assert page.status_code == 413
    assert "at most 1 MB of text" in page.content.decode()
