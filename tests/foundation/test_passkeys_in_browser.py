"""A passkey in a real Chromium with a virtual authenticator: set up, signed in with, used to confirm, removed."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from foundation.accounts.models import User
from portal.environment import Environment

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "four words nobody joins"


@pytest.fixture
def officer(appoint, station):
    user = appoint("clerk", station, "desk-clerk")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def with_key(live_server, open_page):
    """Open an address in a browser that has an authenticator in it; ``is_verified`` says whether it knows its owner."""

    def with_key(path, *, is_verified=True, **named):
        page = open_page("/robots.txt", **named)
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        options |= {"isUserVerified": is_verified, "automaticPresenceSimulation": True}
        page.authenticator = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        page.cdp = session
        page.goto(live_server.url + path)
        return page

    return with_key


def type_password(page):
    page.fill("input[name=login]", "desk-clerk")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def set_up(page, live_server):
    """Sign in by password, which leads to setting a second factor up, and take a passkey."""
    type_password(page)
    page.wait_for_url("**/second-factor/app/")
    page.click("text=Use a passkey instead")
    assert not page.is_visible("[data-passkey-problem]")
    page.fill("input[name=name]", "key on my key ring")
    page.click("text=Make the passkey")
    page.wait_for_url("**/recovery-codes/")


def sign_out(page):
    page.click("text=Sign out")
    page.wait_for_load_state()


def test_an_officer_sets_a_passkey_up_signs_in_with_it_confirms_and_removes_it(officer, with_key, live_server):
    page = with_key("/accounts/sign-in/?next=/desk/")
    set_up(page, live_server)
    assert Authenticator.objects.filter(user=officer, type="webauthn").count() == 1

    sign_out(page)
    page.goto(live_server.url + "/accounts/sign-in/?next=/desk/")
    type_password(page)
    page.wait_for_url("**/second-factor/sign-in/")
    page.click("main button:has-text('Use your passkey')")
    page.wait_for_url("**/desk/units/**")

    page.goto(live_server.url + "/accounts/second-factor/passkey/confirm/?next=/accounts/second-factor/")
    page.click("main button:has-text('Use your passkey')")
    page.wait_for_url(live_server.url + "/accounts/second-factor/")
    assert "key on my key ring" in page.inner_text("main")

    page.click("main dl a:has-text('Remove')")
    page.click("text=Remove it")
    page.wait_for_url("**/second-factor/app/")
    assert not Authenticator.objects.filter(user=officer).exists()
    assert page.faults == []


def test_at_the_address_that_a_demo_has_unless_told_otherwise_passkeys_work(officer, with_key, live_server, tmp_path):
    """Browsers make them for a name only: whoever opens the number instead is led to the name."""
    default = urlsplit(Environment.read({"HALL_VAR": str(tmp_path)}).host)
    ours = urlsplit(live_server.url)
    assert (default.scheme, default.hostname) == (ours.scheme, ours.hostname) == ("http", "localhost")
    page = with_key("/robots.txt")
    page.goto(f"http://127.0.0.1:{ours.port}/accounts/sign-in/?next=/desk/")
    assert page.url == f"{live_server.url}/accounts/sign-in/?next=/desk/"
    set_up(page, live_server)
    sign_out(page)
    page.goto(live_server.url + "/accounts/sign-in/?next=/desk/")
    type_password(page)
    page.click("main button:has-text('Use your passkey')")
    page.wait_for_url("**/desk/units/**")

    assert Authenticator.objects.filter(user=officer, type="webauthn").exists()


def test_a_key_of_somebody_else_opens_nothing(officer, with_key, live_server):
    set_up(with_key("/accounts/sign-in/?next=/desk/"), live_server)
    thief = with_key("/accounts/sign-in/?next=/desk/")
    type_password(thief)
    thief.wait_for_url("**/second-factor/sign-in/")
    thief.click("main button:has-text('Use your passkey')")
    thief.wait_for_selector("[data-passkey-problem]:visible")

    assert "was not read" in thief.inner_text("[data-passkey-problem]")
    thief.goto(live_server.url + "/desk/")
    assert "/accounts/" in thief.url
    assert "Second step of signing in" in thief.inner_text("main")


def test_a_key_that_does_not_know_its_owner_sets_nothing_up(officer, with_key, live_server):
    page = with_key("/accounts/sign-in/?next=/desk/", is_verified=False)
    type_password(page)
    page.click("text=Use a passkey instead")
    page.click("text=Make the passkey")
    page.wait_for_selector("[data-passkey-problem]:visible")

    assert not Authenticator.objects.filter(user=officer).exists()


def test_without_scripts_the_code_of_the_app_is_the_way(officer, open_page, code_of, live_server):
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    page = open_page("/accounts/sign-in/?next=/desk/", scripts=False)
    type_password(page)
    assert page.query_selector("form[data-passkey]:visible") is None
    page.fill("input[name=code]", code_of(secret))
    page.click("main form >> text=Sign in")

    assert page.url.startswith(live_server.url + "/desk/")


def test_a_form_sent_too_late_is_sent_again_from_the_page_that_refused_it(case, desk_clerk, sign_in, open_page, code_of):
    officer = User.objects.get(reference=desk_clerk.reference)
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    browser = sign_in(officer)
    page = open_page(f"/desk/cases/{case.reference}/people/add/", session=browser.session.session_key)
    page.fill("input[name=name]", "演示新人")
    page.select_option("select[name=role]", "guardian")
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Send it again")
    with page.context.expect_page() as opened:
        page.click("text=opens in a new tab")
    confirm = opened.value
    confirm.fill("input[name=code]", code_of(secret))
    confirm.click("main button[type=submit]")
    confirm.wait_for_url("**/accounts/confirmed/")
    page.click("text=Send it again")
    page.wait_for_url(f"**/desk/cases/{case.reference}/#people")

    assert case.parties.count() == 2
