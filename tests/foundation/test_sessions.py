"""A session ends when nobody uses it, when the day is over, and when its owner or a hall manager says so: at its next request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import HttpResponse

from foundation import clock
from foundation.accounts.browsers import browser_of, masked_network, system_of
from foundation.accounts.models import SignIn, User
from foundation.accounts.models.sign_in import LIFETIMES, USE_WRITTEN_EVERY
from foundation.accounts.operations.switch_account import disable_account
from foundation.accounts.signed_in import KIND_IN_SESSION, SIGN_IN_IN_SESSION, HallSessionMiddleware
from foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "four words nobody joins"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@pytest.fixture
def pass_time(monkeypatch):
    """Let the server's clock go on."""
    real, passed = clock.now, [timedelta(0)]
    monkeypatch.setattr(clock, "now", lambda: real() + passed[0])

    def pass_time(**amount):
        passed[0] += timedelta(**amount)

    return pass_time


def is_signed_in(browser, path="/accounts/sessions/"):
    return browser.get(path).status_code == 200


def row_of(browser):
    return SignIn.objects.get(pk=browser.session[SIGN_IN_IN_SESSION])


def last_use():
    return SignIn.objects.values_list("last_used_at", flat=True)[0]


@pytest.mark.parametrize("who", ["desk_clerk", "resident"])
def test_a_session_ends_after_a_quarter_of_an_hour_without_use(request, who, sign_in, pass_time):
    browser = sign_in(request.getfixturevalue(who))
    pass_time(minutes=14)
    assert is_signed_in(browser)
    pass_time(minutes=15)
    gone = browser.get("/accounts/sessions/", follow=True)

    assert gone.redirect_chain[0][0] == "/accounts/sign-in/?next=/accounts/sessions/"
    assert "signed out after 15 minutes without use" in gone.content.decode()
    assert SignIn.objects.get().end == "idle"


@pytest.mark.parametrize(("who", "hours"), [("desk_clerk", 8), ("resident", 12)])
def test_a_session_ends_when_its_day_is_over_however_busy_it_is(request, who, hours, sign_in, pass_time):
    browser = sign_in(request.getfixturevalue(who))
    for _ in range(hours * 6 - 1):
        pass_time(minutes=10)
        SignIn.objects.update(last_used_at=clock.now())
    assert is_signed_in(browser)
    pass_time(minutes=10)

    assert not is_signed_in(browser)
    assert SignIn.objects.get().end == "absolute"


def test_a_session_outlives_a_flushed_cache_and_still_ends_in_time(desk_clerk, sign_in, pass_time):
    browser = sign_in(desk_clerk)
    cache.clear()
    assert is_signed_in(browser)
    pass_time(minutes=15)
    cache.clear()

    assert not is_signed_in(browser)


def test_the_api_knows_an_ended_session_too(desk_clerk, station, sign_in, pass_time):
    browser = sign_in(desk_clerk)
    path = f"/api/v1/cases/?unit={station.code}"
    assert browser.get(path).status_code == 200
    pass_time(minutes=16)

    assert browser.get(path).status_code == 401


def test_use_is_written_down_now_and_then_and_never_lets_a_session_last_longer(desk_clerk, sign_in, pass_time):
    browser = sign_in(desk_clerk)
    moments = [last_use()]
    for _ in range(2):
        pass_time(seconds=20)
        is_signed_in(browser)
        moments.append(last_use())

    assert moments[1] == moments[0]
    assert moments[2] - moments[0] >= USE_WRITTEN_EVERY


def test_a_session_without_its_row_is_nobodys(desk_clerk, sign_in):
    browser = sign_in(desk_clerk)
    SignIn.objects.all().delete()

    assert not is_signed_in(browser)


def test_the_row_of_another_person_keeps_no_session_alive(desk_clerk, resident, sign_in):
    browser, other = sign_in(desk_clerk), sign_in(resident)
    session = browser.session
    session[SIGN_IN_IN_SESSION] = str(row_of(other).pk)
    session.save()

    assert not is_signed_in(browser)


def test_the_guard_can_fail(desk_clerk, sign_in, pass_time, monkeypatch):
    """Without the row, Django alone would keep the session for half a day."""
    monkeypatch.setattr("foundation.accounts.signed_in._is_still_signed_in", lambda request, user: True)
    browser = sign_in(desk_clerk)
    pass_time(hours=9)

    assert is_signed_in(browser)


def test_one_sees_where_one_is_signed_in_in_plain_words(desk_clerk, sign_in):
    browser = sign_in(desk_clerk)
    SignIn.objects.update(browser="Chrome", system="Windows", place="203.0.113.*")
    page = browser.get("/accounts/sessions/").content.decode()

    assert "Chrome on Windows" in page
    assert "203.0.113.*" in page
    assert "This one" in page


def test_one_ends_a_session_elsewhere_and_it_is_over_at_its_next_request(resident, sign_in):
    here, there = sign_in(resident), sign_in(resident)
    ended = here.post(f"/accounts/sessions/{row_of(there).pk}/end/", follow=True)

    assert "1 session has ended" in ended.content.decode()
    gone = there.get("/my/", follow=True)
    assert "ended from another browser" in gone.content.decode()
    assert is_signed_in(here)
    entry = AuditEntry.objects.get(action="account.end_sessions")
    assert (entry.actor_reference, entry.capability, entry.changes) == (resident.reference, "own", {"sessions": [1, 0]})


def test_one_ends_all_others_at_once(desk_clerk, sign_in):
    here, *others = [sign_in(desk_clerk) for _ in range(4)]
    here.post("/accounts/sessions/others/end/")

    assert [is_signed_in(each) for each in (here, *others)] == [True, False, False, False]


def test_nobody_ends_the_session_of_somebody_else(desk_clerk, resident, sign_in):
    mine, theirs = sign_in(resident), sign_in(desk_clerk)
    mine.post(f"/accounts/sessions/{row_of(theirs).pk}/end/")

    assert is_signed_in(theirs)


def test_signing_out_ends_the_session_for_good(desk_clerk, sign_in):
    browser = sign_in(desk_clerk)
    stolen, row = browser.cookies.copy(), row_of(browser)
    browser.post("/accounts/sign-out/")
    row.refresh_from_db()
    browser.cookies = stolen

    assert row.end == "signed_out"
    assert not is_signed_in(browser)


@pytest.fixture
def entrance(new_browser):
    """Return a fresh browser at the sign-in, and what to type there for an actor."""

    def entrance(who):
        user = User.objects.get(reference=who.reference)
        user.set_password(PASSWORD)
        user.save()
        return new_browser(), {"login": user.username, "password": PASSWORD}

    return entrance


def test_the_id_of_a_session_changes_when_somebody_signs_in_and_out(desk_clerk, entrance):
    browser, typed = entrance(desk_clerk)
    session = browser.session
    session["seen"] = 1
    session.save()
    before = session.session_key
    browser.post("/accounts/sign-in/", typed)
    inside = browser.session.session_key
    browser.post("/accounts/sign-out/")

    assert len({before, inside, browser.session.session_key}) == 3


def test_an_account_that_is_switched_off_ends_at_the_next_request_on_pages_and_api(desk_clerk, hall_manager, station, sign_in, now):
    browser = sign_in(desk_clerk)
    assert is_signed_in(browser)
    disable_account(actor=hall_manager, officer=desk_clerk.reference, reason="left the force", now=clock.now())

    assert browser.get(f"/api/v1/cases/?unit={station.code}").status_code == 401
    assert not is_signed_in(browser)


@pytest.mark.parametrize(("kind", "sent"), [("officer", "Strict"), ("resident", "Lax")])
def test_an_officers_cookie_stays_at_home_and_a_residents_comes_back_from_elsewhere(kind, sent, rf, settings):
    def sign_in(request):
        request.session[KIND_IN_SESSION] = kind
        return HttpResponse()

    answer = HallSessionMiddleware(sign_in)(rf.get("/"))

    assert answer.cookies[settings.SESSION_COOKIE_NAME]["samesite"] == sent


def test_officers_have_a_shorter_day_than_residents():
    assert LIFETIMES["officer"].absolute == timedelta(hours=8)
    assert LIFETIMES["resident"].absolute == timedelta(hours=12)
    assert {each.idle for each in LIFETIMES.values()} == {timedelta(minutes=15)}


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, ("Chrome", "Windows")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", ("Safari", "macOS")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50", ("WeChat", "iPhone")),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36 EdgA/120.0", ("Edge", "Android")),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114 Safari/537.36 HuaweiBrowser/5.0",
            ("Huawei Browser", "HarmonyOS"),
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
        ("curl/8.5.0", ("", "")),
        ("<script>" * 400, ("", "")),
    ],
)
def test_a_browser_is_told_by_its_family_and_system_and_by_nothing_else(agent, words):
    assert (browser_of(agent), system_of(agent)) == words


def test_an_address_is_kept_without_its_last_part():
    assert masked_network("203.0.113.77") == "203.0.113.*"
    assert masked_network("2001:db8:1:2::7") == "2001:db8:1::*"
