"""Residents sign in by a code to their phone: six digits, ten minutes, five tries, once, in the browser that asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from foundation.accounts.models import Person
from foundation.accounts.operations.sign_in_by_phone import receives_code, sign_in_by_phone
from foundation.errors import TooManyRequests
from foundation.limits.rules import CODE_GUESS_NUMBER, CODE_TEXT_SOURCE
from foundation.notifications import channels
from foundation.notifications.channels.sms import can_send
from foundation.one_time_codes.codes import TRIES, cleaned, code_digest, new_code, request_digest
from foundation.one_time_codes.models import OneTimeCode
from foundation.one_time_codes.operations import ask_for_code as module
from foundation.one_time_codes.operations.ask_for_code import ask_for_code
from foundation.one_time_codes.operations.forget_codes import forget_codes
from foundation.one_time_codes.operations.redeem_code import CodeRefused, redeem_code
from foundation.one_time_codes.operations.send_code import send_code
from foundation.outbox.models import Event
from tests.foundation.sign_in.travelling import browser
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MINE, UNKNOWN = "13800000001", "13899999999"
SOURCE = "192.0.2.0/24"


class Pocket:
    """A gateway that keeps what it was handed, in the place of one that delivers."""

    def __init__(self):
        self.sent = []

    def is_set_up(self):
        return True

    def hand_over(self, *, address, message, reference):
        self.sent.append((address, message.text))


@pytest.fixture
def pocket(settings, monkeypatch):
    settings.SMS_GATEWAY = "http://127.0.0.1:9/texts"
    found = Pocket()
    monkeypatch.setitem(channels.CLIENTS, "sms", found)
    return found.sent


@pytest.fixture
def published(monkeypatch):
    """For each request, whether it may become a text; no event is left behind."""
    told = []
    monkeypatch.setattr(module, "publish", lambda name, *, may_send, **_: told.append(may_send))
    return told


@pytest.fixture
def mine(resident_user):
    Person.objects.filter(pk=resident_user.person_id).update(phone_verified_at=NOW, phone_used_at=NOW)
    return resident_user


def asked(number=MINE, *, now=NOW, source=SOURCE, purpose="sign-in", earlier=""):
    return ask_for_code(purpose=purpose, number=number, source=source, language="en", now=now, earlier=earlier)


def row_of(token):
    return OneTimeCode.objects.filter(request_digest=request_digest(token)).first()


def with_code(token, code="123456", *, now=NOW):
    """Let a request have had this code sent."""
    row = row_of(token)
    OneTimeCode.objects.filter(pk=row.pk).update(code_digest=code_digest(code, request=request_digest(token)), sent_at=now)
    return token


def redeem(token, code="123456", *, now=NOW, purpose="sign-in", source=SOURCE):
    return redeem_code(purpose=purpose, token=token, typed=code, source=source, now=now)


def is_right(*args, **kwargs):
    try:
        redeem(*args, **kwargs)
    except (CodeRefused, TooManyRequests):
        return False
    return True


def test_a_right_code_proves_the_number_once(db):
    token = with_code(asked())

    assert redeem(token) == MINE
    assert not is_right(token)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_parallel_posts_of_the_right_code_one_succeeds(db):
    token = with_code(asked())

    assert sum(in_parallel(lambda number: is_right(token, source=f"198.51.{number}.0/24"), 50)) == 1


@pytest.mark.django_db(transaction=True)
def test_if_looking_and_remembering_were_two_steps_more_than_one_would_succeed(monkeypatch):
    """The broken variant: the statement no longer asks whether the code was used."""
    from foundation.one_time_codes.operations import redeem_code as redeeming

    monkeypatch.setattr(redeeming, "_REDEEM", redeeming._REDEEM.replace("used_at IS NULL AND superseded_at", "superseded_at"))
    token = with_code(asked())

    assert sum(in_parallel(lambda number: is_right(token, source=f"198.51.{number}.0/24"), 50)) > 1


def test_five_wrong_tries_are_all_there_are(db):
    token = with_code(asked())

    assert [is_right(token, "000000") for _ in range(TRIES)] == [False] * TRIES
    assert not is_right(token)


def test_a_slip_that_cannot_be_a_code_is_no_try(db):
    token = with_code(asked())
    for typed in ("12345", "1234567", "abcdef", "", " ", "１２３"):
        assert not is_right(token, typed)

    assert row_of(token).tries == 0
    assert is_right(token)


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "１２３４５６"])
def test_a_code_is_read_however_it_is_typed(typed):
    assert cleaned(typed) == "123456"


def test_after_ten_minutes_it_is_too_old(db):
    assert is_right(with_code(asked()), now=NOW + timedelta(minutes=9, seconds=59))
    assert not is_right(with_code(asked(now=NOW + timedelta(hours=2))), now=NOW + timedelta(hours=2, minutes=10))


def test_the_code_of_one_browser_is_worth_nothing_in_another(db):
    with_code(asked(), "111111")
    other = with_code(asked(), "222222")

    assert not is_right(other, "111111")
    assert not is_right("", "111111")
    assert not is_right("a token that nobody made", "111111")


def test_the_code_for_one_purpose_is_worth_nothing_for_another(db):
    token = with_code(asked())

    assert not is_right(token, purpose="confirm")


def test_a_newer_request_of_the_same_browser_makes_the_older_code_void(db):
    first = with_code(asked(), "111111")
    second = with_code(asked(earlier=first), "222222")

    assert not is_right(first, "111111")
    assert is_right(second, "222222")


def test_codes_are_kept_as_keyed_hashes_and_made_when_they_are_sent(mine, pocket):
    token = asked()
    assert row_of(token).code_digest is None

    send_code(request=row_of(token).pk, now=NOW)

    assert len(bytes(row_of(token).code_digest)) == 32
    stored = str(list(OneTimeCode.objects.values()) + list(Event.objects.values()))
    assert MINE not in stored


def test_codes_are_six_digits_of_all_kinds():
    codes = {new_code() for _ in range(3000)}

    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
    assert len(codes) > 2900
    assert {code[0] for code in codes} == set("0123456789")


def test_a_text_goes_only_to_a_number_that_signs_somebody_in(mine):
    assert receives_code(MINE, NOW)
    assert not receives_code(UNKNOWN, NOW)


def test_a_number_that_was_not_used_for_ninety_days_may_be_somebody_elses(mine):
    assert receives_code(MINE, NOW + timedelta(days=89))
    assert not receives_code(MINE, NOW + timedelta(days=90))


def test_using_the_number_keeps_it_awake(mine):
    sign_in_by_phone(number=MINE, now=NOW + timedelta(days=80))

    assert receives_code(MINE, NOW + timedelta(days=160))


def normalised(answer):
    """Return all bytes of an answer that are not made anew each time."""
    page = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content)
    headers = {name: value for name, value in answer.headers.items() if name not in {"traceparent", "Date"}}
    return answer.status_code, page, headers


def test_known_unknown_and_blocked_numbers_are_answered_with_the_same_bytes(mine, pocket, deliver):
    def answers(number):
        client = browser()
        first = client.post("/accounts/phone/", {"number": number})
        second = client.get("/accounts/phone/code/")
        wrong = client.post("/accounts/phone/code/", {"code": "000000"})
        deliver()
        return [normalised(each) for each in (first, second, wrong)]

    known = answers(MINE)
    # A minute is not over: this number is blocked by now.
    blocked = answers(MINE)
    unknown = [(status, page.replace(b"9999", b"0001"), headers) for status, page, headers in answers(UNKNOWN)]

    assert len(pocket) == 0 or len(pocket) == 1
    assert known == blocked == unknown


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_from_five_hundred_lines_gets_no_more_texts(db, published):
    for number in range(500):
        asked(now=NOW + timedelta(seconds=number), source=f"10.{number // 250}.{number % 250}.0/24")

    assert published.count(True) == 5


@pytest.mark.django_db(transaction=True)
def test_of_five_hundred_parallel_requests_for_one_number_one_becomes_a_text(published):
    in_parallel(lambda number: asked(source=f"10.{number % 250}.{number // 250}.0/24"), 500)

    assert (len(published), published.count(True)) == (500, 1)


def test_a_source_that_asks_too_often_is_refused(db):
    for number in range(CODE_TEXT_SOURCE.allowed):
        asked(f"138{number:08d}")

    with pytest.raises(TooManyRequests):
        asked(UNKNOWN)


def test_guesses_at_one_number_are_counted_over_all_requests_and_sources(db):
    for number in range(CODE_GUESS_NUMBER.allowed // TRIES):
        token = with_code(asked(source=f"10.0.{number}.0/24"))
        for _ in range(TRIES):
            assert not is_right(token, "000000", source=f"10.0.{number}.0/24")

    with pytest.raises(TooManyRequests):
        redeem(with_code(asked()), source="10.0.200.0/24")


def test_right_codes_are_not_counted_as_guesses(db):
    for number in range(CODE_GUESS_NUMBER.allowed + 5):
        assert is_right(with_code(asked(source=f"10.1.{number}.0/24")), source=SOURCE)


def test_a_code_is_sent_once_and_not_after_it_is_over(mine, pocket, django_capture_on_commit_callbacks):
    row = row_of(asked())
    with django_capture_on_commit_callbacks(execute=True):
        assert [send_code(request=row.pk, now=NOW) for _ in range(3)] == [True, False, False]
    late = row_of(asked(now=NOW + timedelta(hours=3)))

    assert not send_code(request=late.pk, now=NOW + timedelta(hours=3, minutes=10))
    assert [number for number, _text in pocket] == [MINE]


def test_a_gateway_that_is_away_breaks_nothing(mine, settings, django_capture_on_commit_callbacks, monkeypatch):
    from foundation.one_time_codes.operations import send_code as sending_codes

    heard = []
    monkeypatch.setattr(sending_codes.log, "error", lambda event, **facts: heard.append(event), raising=False)
    settings.SMS_GATEWAY = "http://127.0.0.1:9/texts"
    with django_capture_on_commit_callbacks(execute=True):
        assert send_code(request=row_of(asked()).pk, now=NOW)

    assert heard == ["alarm.text_not_sent"]


def test_requests_are_forgotten_a_day_after_they_expired(db):
    asked()

    assert forget_codes(now=NOW + timedelta(hours=24)) == 0
    assert forget_codes(now=NOW + timedelta(hours=24, minutes=10)) == 1


def test_signing_in_by_phone_through_the_pages(outside, deliver, mine, django_capture_on_commit_callbacks):
    from foundation import clock

    Person.objects.filter(pk=mine.person_id).update(phone_used_at=clock.now())
    client = browser()
    assert (
        client.post("/accounts/phone/?next=/my/sign-in/", {"number": "138 0000 0001"})["Location"]
        == "/accounts/phone/code/?next=%2Fmy%2Fsign-in%2F"
    )
    with django_capture_on_commit_callbacks(execute=True):
        deliver()

    answer = client.post("/accounts/phone/code/?next=/my/sign-in/", {"code": outside.code_sent_to(MINE)})

    assert (answer.status_code, answer["Location"]) == (302, "/my/sign-in/")
    assert client.session["assurance"] == "low"
    assert client.get("/my/").status_code == 200


def test_a_hall_without_a_gateway_offers_no_codes(db):
    assert not can_send()
    assert browser().get("/accounts/phone/").status_code == 404
    assert "/accounts/phone/" not in browser().get("/accounts/sign-in/").content.decode()
