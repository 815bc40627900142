"""A fresh code through the API: for officers of the unit and for parties, once a key, and the old one dead."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from cases.operations.hand_over_code import hand_over_code
from foundation.inquiries.models import InquiryCode

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issued(case, desk_clerk, now):
    return hand_over_code(actor=desk_clerk, reference=case.reference, now=now)[1]


def rotate(browser, reference, key="a-key-of-sixteen-characters", **given):
    body = json.dumps({"reference": reference, **given})
    return browser.post("/api/v1/inquiries/rotate/", body, content_type="application/json", headers={"Idempotency-Key": key})


def look_up(token):
    return Client().post("/api/v1/inquiries/", json.dumps({"token": token}), content_type="application/json").status_code


@pytest.mark.parametrize("who", ["desk_clerk", "resident"])
def test_a_fresh_code_works_and_the_old_one_is_dead(who, case, issued, sign_in, request):
    answer = rotate(sign_in(request.getfixturevalue(who)), case.reference, reason="lost")

    assert answer.status_code == 200, answer.content
    assert look_up(answer.json()["token"]) == 200
    assert look_up(issued.token) == 404
    assert InquiryCode.objects.filter(revoke_reason="lost").count() == 1


def test_a_repeated_request_gets_the_same_code_again(case, desk_clerk, sign_in):
    browser = sign_in(desk_clerk)

    first, second = rotate(browser, case.reference), rotate(browser, case.reference)

    assert first.json() == second.json()
    assert look_up(second.json()["token"]) == 200


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("foreign_officer", 404), ("neighbour", 404)])
def test_nobody_else_gets_one(who, status, case, issued, sign_in, request):
    answer = rotate(sign_in(request.getfixturevalue(who)), case.reference)

    assert answer.status_code == status
    assert look_up(issued.token) == 200


def test_without_signing_in_there_is_none(case, issued):
    assert rotate(Client(), case.reference).status_code == 401
