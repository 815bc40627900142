"""What a person who left the desk must not leave open is done only within five minutes of proving who one is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import RequestFactory

from foundation.accounts import step_up
from foundation.accounts.models import Grant, User
from foundation.accounts.step_up import StepUpRequired, confirmed_at, require_recent_authentication

pytestmark = pytest.mark.django_db
CONFIRM = "/accounts/confirm/?next="


def request_of(browser, user):
    request = RequestFactory().get("/")
    request.session, request.user = browser.session, user
    return request


def handed_over(case, desk_clerk, now):
    from cases.operations.hand_over_code import hand_over_code

    return hand_over_code(actor=desk_clerk, reference=case.reference, now=now)[0]


def pages_that_ask(case):
    return [
        f"/desk/cases/{case.reference}/code/",
        f"/desk/cases/{case.reference}/people/add/",
        f"/desk/cases/{case.reference}/people/{case.parties.first().pk}/",
    ]


@pytest.mark.parametrize("number", range(3))
def test_a_page_asks_before_it_shows_its_form(case, desk_clerk, sign_in, now, number):
    path = pages_that_ask(handed_over(case, desk_clerk, now))[number]

    assert sign_in(desk_clerk, minutes_ago=4).get(path).status_code == 200
    asked = sign_in(desk_clerk, minutes_ago=6).get(path)
    assert (asked.status_code, asked["Location"]) == (302, CONFIRM + path.replace("/", "%2F"))


def test_a_form_that_was_open_too_long_is_refused_and_keeps_what_was_typed(case, desk_clerk, sign_in):
    typed = {"name": "演示新人", "id_number": "", "phone": "", "role": "guardian"}
    refused = sign_in(desk_clerk, minutes_ago=6).post(f"/desk/cases/{case.reference}/people/add/", typed)

    assert (refused.status_code, case.parties.count()) == (403, 1)
    assert '<input type="hidden" name="name" value="演示新人">' in refused.content.decode()
    assert "csrfmiddlewaretoken" not in dict(refused.context["sent"])


def test_what_was_typed_is_sent_by_the_page_that_refused_it(case, desk_clerk, sign_in):
    path = f"/desk/cases/{case.reference}/people/add/"
    typed = {"name": "演示新人", "id_number": "", "phone": "", "role": "guardian"}
    kept = dict(sign_in(desk_clerk, minutes_ago=6).post(path, typed).context["sent"])

    assert sign_in(desk_clerk).post(path, kept).status_code == 302
    assert case.parties.count() == 2


def test_the_first_code_of_a_report_is_handed_over_without_another_word(case, desk_clerk, sign_in):
    assert sign_in(desk_clerk, minutes_ago=60).post(f"/desk/cases/{case.reference}/code/").status_code == 200


def test_the_api_answers_a_problem_document(case, desk_clerk, sign_in, now):
    handed_over(case, desk_clerk, now)
    refused = sign_in(desk_clerk, minutes_ago=6).post(
        "/api/v1/inquiries/rotate/", {"reference": case.reference}, content_type="application/json", headers={"idempotency-key": "one"}
    )

    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_required")


def test_the_api_hands_over_the_first_code_and_rotates_after_a_fresh_proof(case, desk_clerk, sign_in):
    answers = [
        sign_in(desk_clerk, minutes_ago=minutes).post(
            "/api/v1/inquiries/rotate/", {"reference": case.reference}, content_type="application/json", headers={"idempotency-key": key}
        )
        for minutes, key in ((60, "first"), (1, "second"))
    ]
    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("action", ["add-party", "remove-party"])
def test_the_api_asks_before_the_people_of_a_case_are_changed(case, desk_clerk, sign_in, action):
    path = f"/api/v1/cases/{case.reference}/{action}/"
    refused = sign_in(desk_clerk, minutes_ago=6).post(path, {}, content_type="application/json", headers={"idempotency-key": "one"})

    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_required")


def test_a_resident_confirms_before_a_fresh_code(case, resident, sign_in):
    path = f"/my/cases/{case.reference}/code/"

    assert sign_in(resident).get(path).status_code == 200
    assert sign_in(resident, minutes_ago=6).get(path)["Location"].startswith(CONFIRM)
    assert sign_in(resident, minutes_ago=6).post(path).status_code == 403


def test_who_may_not_do_it_is_told_so_and_not_sent_to_confirm(case, auditor, sign_in):
    assert sign_in(auditor, minutes_ago=6).get(f"/desk/cases/{case.reference}/people/add/").status_code == 403


def test_a_password_does_not_confirm_an_officer_who_has_a_second_factor(desk_clerk, sign_in):
    browser = sign_in(desk_clerk, minutes_ago=6)
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        *session[AUTHENTICATION_METHODS_SESSION_KEY],
        {"method": "password", "at": 4e9, "reauthenticated": True},
    ]
    session.save()

    with pytest.raises(StepUpRequired):
        require_recent_authentication(request_of(browser, User.objects.get(reference=desk_clerk.reference)))


def test_the_guard_can_fail(desk_clerk, sign_in, monkeypatch):
    """With every record counted the same, the password of the test above would confirm: the test looks at the right thing."""
    browser = sign_in(desk_clerk)
    user = User.objects.get(reference=desk_clerk.reference)
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] += [{"method": "password", "at": 4e9}]
    session.save()
    honest = confirmed_at(request_of(browser, user))
    monkeypatch.setattr(step_up, "has_second_factor", lambda request: False)

    assert confirmed_at(request_of(browser, user)) - honest > timedelta(days=1)


def test_records_of_another_person_or_of_no_time_confirm_nobody(desk_clerk, auditor, sign_in):
    browser = sign_in(desk_clerk)

    assert confirmed_at(request_of(browser, User.objects.get(reference=auditor.reference))) is None
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa"}, {"method": "mfa", "at": "now"}]
    session.save()
    assert confirmed_at(request_of(browser, User.objects.get(reference=desk_clerk.reference))) is None


def test_an_officer_confirms_by_the_second_factor_and_comes_back(case, desk_clerk, sign_in, now, code_of):
    path = pages_that_ask(handed_over(case, desk_clerk, now))[0]
    officer = User.objects.get(reference=desk_clerk.reference)
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    browser = sign_in(desk_clerk, minutes_ago=6)

    page = browser.get(browser.get(path)["Location"], follow=True)
    assert page.redirect_chain[-1][0].startswith("/accounts/second-factor/confirm/?next=")
    assert "password" not in page.content.decode()
    done = browser.post("/accounts/second-factor/confirm/", {"code": code_of(secret), "next": path})

    assert done["Location"] == path
    assert browser.get(path).status_code == 200


def test_a_fresh_proof_gives_the_session_a_new_id(desk_clerk, sign_in, code_of):
    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(reference=desk_clerk.reference), secret)
    browser = sign_in(desk_clerk, minutes_ago=6)
    before = browser.session.session_key
    browser.post("/accounts/second-factor/confirm/", {"code": code_of(secret), "next": "/desk/"})

    assert browser.session.session_key != before


def test_a_post_taken_away_in_the_middle_of_a_task_refuses_the_next_form(case, desk_clerk, sign_in, now):
    browser = sign_in(desk_clerk)
    path = f"/desk/cases/{case.reference}/people/add/"
    assert browser.get(path).status_code == 200
    Grant.objects.update(revoked_at=now, revoked_by="test")
    refused = browser.post(path, {"name": "演示新人", "role": "guardian"})

    assert (refused.status_code, case.parties.count()) == (404, 1)
