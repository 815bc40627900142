"""An officer gets to work with two factors or not at all."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value, yield_hotp_counters_from_time

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(appoint, station):
    return appoint("clerk", station, "desk-clerk")


def test_an_officer_without_a_second_factor_is_sent_to_set_one_up(officer, sign_in):
    answer = sign_in(officer, second_factor=False).get("/desk/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/second-factor/app/")


def test_an_officer_who_has_one_is_asked_for_it_and_comes_back(officer, sign_in):
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    browser = sign_in(officer, second_factor=False)
    asked = browser.get("/desk/find/")
    assert asked["Location"] == "/accounts/second-factor/confirm/?next=%2Fdesk%2Ffind%2F"

    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    passed = browser.post("/accounts/second-factor/confirm/", {"code": code, "next": "/desk/find/"})

    assert passed["Location"] == "/desk/find/"
    assert browser.get("/desk/find/").status_code == 200


def test_a_resident_needs_none(resident, sign_in):
    assert sign_in(resident).get("/my/").status_code == 200


def test_another_persons_second_factor_does_not_count(officer, appoint, station, sign_in):
    browser = sign_in(officer)
    browser.force_login(appoint("clerk", station, "other-clerk"))

    assert browser.get("/desk/")["Location"] == "/accounts/second-factor/app/"


@pytest.mark.parametrize(
    "path", ["/accounts/second-factor/passkey/", "/accounts/second-factor/app/", "/accounts/sessions/", "/accounts/password/"]
)
def test_who_has_a_second_factor_sets_up_no_other_before_giving_it(officer, sign_in, path):
    TOTP.activate(officer, generate_totp_secret())

    assert sign_in(officer, second_factor=False).get(path)["Location"].startswith("/accounts/second-factor/confirm/")


def test_the_api_refuses_a_session_of_one_factor(officer, station, sign_in):
    refused = sign_in(officer, second_factor=False).get(f"/api/v1/cases/?unit={station.code}")

    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_missing")


def test_removing_the_last_factor_leads_back_to_setting_one_up(officer, sign_in):
    TOTP.activate(officer, generate_totp_secret())
    browser = sign_in(officer)
    assert browser.get("/desk/find/").status_code == 200
    browser.post("/accounts/second-factor/app/remove/")

    assert browser.get("/desk/find/")["Location"] == "/accounts/second-factor/app/"
