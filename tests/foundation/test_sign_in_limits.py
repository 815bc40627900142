"""Guesses at passwords and second factors are counted exactly, per account and per source, whoever guesses at the same moment."""

from __future__ import annotations

import re
from threading import Lock

import pytest
import redis
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import Argon2PasswordHasher

from foundation.accounts.models import User
from foundation.audit.models import AuditEntry
from foundation.limits.models import Bucket
from foundation.limits.rules import PASSWORD_ACCOUNT, PASSWORD_SOURCE, SECOND_FACTOR_ACCOUNT
from tests.parallel import in_parallel

RIGHT = "four words nobody joins"
SIGN_IN = "/accounts/sign-in/"
# Compared, locked, or told to come back because the machine is busy: that attempt is given back.
HONEST = {200, 429, 503}


class CountingHasher(Argon2PasswordHasher):
    """Argon2 as weak as it can be, which counts how often it is asked."""

    algorithm = "counting"
    time_cost, memory_cost, parallelism = 1, 8, 1
    asked, lock = 0, Lock()

    def encode(self, password, salt):
        CountingHasher._count()
        return f"counting${salt}${len(password)}"

    def decode(self, encoded):
        return {"algorithm": "counting", "salt": encoded.split("$")[1]}

    def verify(self, password, encoded):
        CountingHasher._count()
        return encoded.endswith(f"${len(password)}") and password == RIGHT

    def must_update(self, encoded):
        return False

    def harden_runtime(self, password, encoded):
        pass

    @classmethod
    def _count(cls):
        with cls.lock:
            cls.asked += 1


@pytest.fixture
def hashes(settings):
    """How many passwords came as far as the hash."""
    settings.PASSWORD_HASHERS = ["tests.foundation.test_sign_in_limits.CountingHasher"]
    settings.ACCOUNT_PREVENT_ENUMERATION = True
    return lambda: CountingHasher.asked


@pytest.fixture
def officer(transactional_db, hashes):
    from foundation.organisations.models import Organisation

    unit = Organisation.objects.create(code="310000000000", kind="bureau", bureau_code="310000", name_zh="测试市公安局", name_en="Test")
    user = User.objects.create_user(
        username="desk-clerk", password=RIGHT, kind="officer", display_name="Desk Clerk", badge_number="B-1", unit=unit
    )
    CountingHasher.asked = 0
    return user


@pytest.fixture
def attempt(new_browser):
    """Try a password from an address."""

    def attempt(name="desk-clerk", password="wrong", address="127.0.0.1", **headers):
        browser = new_browser(REMOTE_ADDR=address, headers={"accept-language": "en", **headers})
        return browser.post(SIGN_IN, {"login": name, "password": password})

    return attempt


def test_of_500_wrong_passwords_at_one_account_exactly_the_limit_reaches_the_hash(officer, hashes, attempt):
    answers = in_parallel(lambda number: attempt(address=f"10.{number // 200}.{number % 200}.7").status_code, 500)

    assert hashes() == PASSWORD_ACCOUNT.allowed
    assert answers.count(200) == PASSWORD_ACCOUNT.allowed
    assert set(answers) <= HONEST


def test_of_500_accounts_tried_from_one_network_exactly_the_limit_reaches_the_hash(officer, hashes, attempt):
    answers = in_parallel(lambda number: attempt(name=f"officer-{number}", address=f"10.0.0.{number % 250}").status_code, 500)

    assert hashes() == PASSWORD_SOURCE.allowed
    assert answers.count(200) == PASSWORD_SOURCE.allowed
    assert set(answers) <= HONEST


def test_the_guard_can_fail(officer, hashes, monkeypatch, attempt):
    """Without the count before the hash, every guess would reach it."""
    from contextlib import contextmanager

    from foundation.accounts import adapter
    from foundation.accounts.attempts import Attempt

    @contextmanager
    def uncounted(*_given, **_named):
        yield Attempt()

    monkeypatch.setattr(adapter, "password_attempt", uncounted)
    in_parallel(lambda number: attempt(address=f"10.0.{number}.7"), 40, threads=2)

    assert hashes() > PASSWORD_ACCOUNT.allowed


def test_a_lock_outlives_a_flushed_redis(officer, settings, attempt):
    for number in range(PASSWORD_ACCOUNT.allowed):
        attempt(address=f"10.0.{number}.7")
    redis.from_url(settings.CACHES["default"]["LOCATION"]).flushall()

    assert attempt(password=RIGHT, address="10.9.9.9").status_code == 429


@pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded", "x-client-ip", "cf-connecting-ip"])
def test_a_forged_forwarding_header_is_another_source_to_nobody(officer, hashes, header, attempt):
    for number in range(PASSWORD_SOURCE.allowed + 5):
        answer = attempt(name=f"officer-{number}", **{header: f"198.51.100.{number}"})

    assert answer.status_code == 429
    assert hashes() == PASSWORD_SOURCE.allowed


def test_behind_one_proxy_only_what_the_proxy_saw_counts(officer, hashes, settings, attempt):
    settings.TRUSTED_PROXIES = 1
    for number in range(PASSWORD_SOURCE.allowed + 5):
        attempt(name=f"officer-{number}", **{"x-forwarded-for": f"10.{number}.0.1, 203.0.113.9"})

    assert hashes() == PASSWORD_SOURCE.allowed


def test_a_right_password_costs_no_attempt(officer, attempt):
    answers = {attempt(password=RIGHT).status_code for _ in range(PASSWORD_ACCOUNT.allowed + 2)}

    assert answers == {302}
    assert set(Bucket.objects.filter(scope__startswith="password").values_list("taken", flat=True)) == {0}


def test_a_known_and_an_unknown_name_are_answered_alike(officer, hashes, attempt):
    known, unknown = attempt(), attempt(name="nobody-here")
    sealed = [_without_secrets(answer, name) for answer, name in ((known, "desk-clerk"), (unknown, "nobody-here"))]

    assert sealed[0] == sealed[1]
    assert hashes() == 2
    assert AuditEntry.objects.filter(action="account.sign_in_refused").count() == 2


def test_an_account_that_is_switched_off_is_answered_like_a_wrong_password(officer, attempt):
    User.objects.update(is_active=False)
    off, unknown = attempt(password=RIGHT), attempt(name="nobody-here")

    assert _without_secrets(off, "desk-clerk") == _without_secrets(unknown, "nobody-here")


def test_a_name_in_other_letters_is_the_same_target(officer, hashes, attempt):
    for number, name in enumerate(["desk-clerk", "DESK-CLERK", " Desk-Clerk ", "ｄｅｓｋ-clerk"] * 4):
        attempt(name=name, address=f"10.0.{number}.7")

    assert hashes() == PASSWORD_ACCOUNT.allowed


def test_guesses_at_the_old_password_count_like_those_at_the_sign_in(officer, sign_in):
    TOTP.activate(officer, generate_totp_secret())
    browser = sign_in(officer)
    guess = {"oldpassword": "wrong", "password1": "another four words", "password2": "another four words"}
    answers = [browser.post("/accounts/password/", guess).status_code for _ in range(PASSWORD_ACCOUNT.allowed + 1)]

    assert answers == [200] * PASSWORD_ACCOUNT.allowed + [429]


@pytest.fixture
def second_step(officer, new_browser):
    """Return a browser that has given the right password."""

    def second_step(address="127.0.0.1"):
        browser = new_browser(REMOTE_ADDR=address)
        browser.post(SIGN_IN, {"login": officer.username, "password": RIGHT})
        return browser

    return second_step


def test_guesses_at_the_second_factor_are_counted_exactly(officer, second_step):
    TOTP.activate(officer, generate_totp_secret())
    clients = [second_step(f"10.0.{number}.7") for number in range(16)]
    answers = in_parallel(lambda number: clients[number].post("/accounts/second-factor/sign-in/", {"code": "000000"}).status_code, 16)

    assert answers.count(200) == SECOND_FACTOR_ACCOUNT.allowed
    assert answers.count(429) == 16 - SECOND_FACTOR_ACCOUNT.allowed


def test_a_code_of_the_app_opens_once_even_if_redis_forgot_it(officer, code_of, settings, second_step):
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    first, second = second_step(), second_step("10.0.1.7")
    code = code_of(secret)
    assert first.post("/accounts/second-factor/sign-in/", {"code": code}).status_code == 302
    redis.from_url(settings.CACHES["default"]["LOCATION"]).flushall()

    assert second.post("/accounts/second-factor/sign-in/", {"code": code}).status_code == 200


def test_of_many_who_send_the_same_code_at_once_one_gets_in(officer, code_of, second_step):
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    clients = [second_step(f"10.0.{number}.7") for number in range(5)]
    code = code_of(secret)
    answers = in_parallel(lambda number: clients[number].post("/accounts/second-factor/sign-in/", {"code": code}).status_code, 5)

    assert sorted(answers) == [200, 200, 200, 200, 302]


def test_a_recovery_code_opens_once(officer, second_step):
    TOTP.activate(officer, generate_totp_secret())
    code = RecoveryCodes.activate(officer).get_unused_codes()[0]
    answers = [second_step().post("/accounts/second-factor/sign-in/", {"code": code}).status_code for _ in range(2)]

    assert answers == [302, 200]


@pytest.mark.parametrize("password", ["short", "desk-clerk-desk", "sunshine-police-1", "password1234", "阳光警务大厅12345678", "x" * 129])
def test_a_password_that_is_tried_first_is_refused(officer, sign_in, password):
    browser = sign_in(officer)
    answer = browser.post("/accounts/password/", {"oldpassword": RIGHT, "password1": password, "password2": password})

    assert answer.status_code == 200
    assert answer.context["form"].errors


@pytest.mark.parametrize(
    "password", ["correct horse battery", "x4!kLm0pQ-zR", "四个词 谁也不会放在一起 的密码吧", "w" * 64 + "orthy of a king"]
)
def test_a_long_password_of_any_letters_is_taken(officer, sign_in, password):
    TOTP.activate(officer, generate_totp_secret())
    answer = sign_in(officer).post("/accounts/password/", {"oldpassword": RIGHT, "password1": password, "password2": password})

    assert answer.status_code == 302


def _without_secrets(answer, name):
    """The page without what differs each time: the token of its form, the name that was typed, and the time of day."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode()).replace(name, "NAME")
    headers = {key: value for key, value in answer.headers.items() if key.lower() not in {"traceparent", "content-length", "expires"}}
    return answer.status_code, page, headers
