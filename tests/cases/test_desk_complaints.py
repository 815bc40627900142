"""Complaints, answered by the unit above and never by the one complained of."""

from __future__ import annotations

import pytest

from cases.operations.make_complaint import make_complaint
from foundation.audit.models import AccessEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def complaint(case, resident, now):
    return make_complaint(actor=resident, reference=case.reference, text="Nobody called me back.", now=now)[0]


def test_the_unit_above_finds_it_counted_and_answers_it(complaint, head_of_branch, sign_in):
    browser = sign_in(head_of_branch)
    page = browser.get("/desk/complaints/")
    assert [each.reference for each in page.context["complaints"]] == [complaint.reference]
    assert (
        next(item.count for section in page.context["desk"].sections for item in section.items if item.href == "/desk/complaints/") == "1"
    )

    browser.post(f"/desk/complaints/{complaint.reference}/", {"text": "We looked into it: you are called today."})

    complaint.refresh_from_db()
    assert (complaint.status, complaint.answered_by) == ("answered", head_of_branch.label)


def test_each_look_at_it_is_recorded(complaint, head_of_branch, sign_in):
    sign_in(head_of_branch).get(f"/desk/complaints/{complaint.reference}/")

    look = AccessEntry.objects.get(subject_kind="complaint")
    assert (look.subject_reference, look.viewer_reference) == (complaint.reference, head_of_branch.reference)


def test_it_is_answered_once(complaint, head_of_branch, sign_in):
    browser, path = sign_in(head_of_branch), f"/desk/complaints/{complaint.reference}/"
    browser.post(path, {"text": "First."})

    page = browser.post(path, {"text": "Second."})

    assert page.status_code == 409
    complaint.refresh_from_db()
    assert complaint.answer == "First."


def test_an_empty_answer_is_told_beside_the_field(complaint, head_of_branch, sign_in):
    assert sign_in(head_of_branch).post(f"/desk/complaints/{complaint.reference}/", {"text": ""}).status_code == 422


@pytest.mark.parametrize("who", ["head_of_unit", "handling_officer", "auditor", "foreign_officer", "resident"])
def test_the_unit_complained_of_and_all_others_never_read_it(complaint, who, sign_in, request):
    browser = sign_in(request.getfixturevalue(who))

    for answer in (
        browser.get(f"/desk/complaints/{complaint.reference}/"),
        browser.post(f"/desk/complaints/{complaint.reference}/", {"text": "x"}),
    ):
        assert answer.status_code == 404
    assert not AccessEntry.objects.filter(subject_kind="complaint").exists()


def test_the_handling_unit_sees_that_there_is_one_and_not_what_it_says(complaint, handling_officer, sign_in):
    page = sign_in(handling_officer).get(f"/desk/cases/{complaint.case.reference}/")

    assert page.context["complaints"] == 1
    assert "Nobody called me back." not in page.content.decode()
