"""Residents sign in by a code and change their number over real HTTP, with CSRF, cookies, and texts from a gateway in its own process."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
import requests
import zeal

from foundation import clock
from foundation.accounts.models import Person, PhoneChange

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW, OTHERS = "13855550001", "13855550002", "13855550003"


class Visitor:
    """A browser without a screen: it keeps cookies, sends a form's token with the form, and follows where it is led."""

    def __init__(self, origin):
        self.origin, self.session = origin, requests.Session()
        self.session.headers["Accept-Language"] = "en"
        self.address = self.page = ""

    def go(self, path):
        return self._take(self.session.get(self.origin + path, timeout=30))

    def send(self, path, **form):
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)
        assert token, f"no form at {self.address}"
        headers = {"Referer": self.origin + self.address}
        return self._take(self.session.post(self.origin + path, {**form, "csrfmiddlewaretoken": token[1]}, headers=headers, timeout=30))

    def _take(self, answer):
        self.address, self.page, self.status = answer.url.removeprefix(self.origin), answer.text, answer.status_code
        return self


@pytest.fixture
def owner(resident_user):
    """A resident whom the old number signs in; numbers of this file are its own, for the gateway's process outlives a test."""
    person = Person.objects.get(pk=resident_user.person_id)
    person.phone, person.phone_verified_at, person.phone_used_at = OLD, clock.now(), clock.now()
    person.save()
    return person


@pytest.fixture
def text_to(outside, deliver):
    """Return the newest text to a number that holds some words, or a code, once a worker has handed over what waits."""

    def text_to(number, *, after=(), words=r"\d{6}"):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            let_texts_go()
            with zeal.zeal_ignore():
                deliver()
            if found := [text for text in outside.texts_to(number)[len(after) :] if re.search(words, text)]:
                return found[-1]
            time.sleep(0.05)
        return ""

    return text_to


@pytest.fixture
def visit(outside, live_server):
    visitors = []

    def visit():
        visitors.append(Visitor(live_server.url))
        return visitors[-1]

    yield visit
    # A connection that stays open would keep a thread of the server, and its database, beyond the test.
    for visitor in visitors:
        visitor.session.close()


def code_in(text):
    return re.search(r"\d{6}", text)[0]


def sign_in(visitor, number, text_to, outside, then=""):
    seen = outside.texts_to(number)
    visitor.go(f"/accounts/phone/{then}").send(f"/accounts/phone/{then}", number=number)
    assert visitor.address.startswith("/accounts/phone/code/")
    return visitor.send(visitor.address, code=code_in(text_to(number, after=seen)))


def let_texts_go():
    """Let what waits go out at once: a minute between two texts to one number is not what these tests are about."""
    from foundation.limits.models import Bucket
    from foundation.notifications.models import Delivery

    Bucket.objects.all().delete()
    Delivery.objects.filter(state="held").update(due_at=clock.now() - timedelta(minutes=1))


def ask_for(visitor, number, text_to, outside):
    """Name a new number and prove it."""
    let_texts_go()
    seen = outside.texts_to(number)
    visitor.go("/my/sign-in/phone/").send("/my/sign-in/phone/", number=number)
    assert visitor.address == "/my/sign-in/phone/code/"
    return visitor.send(visitor.address, code=code_in(text_to(number, after=seen)))


def number_of(person):
    with zeal.zeal_ignore():  # each look is another moment
        return Person.objects.get(pk=person.pk).phone


def let_time_pass(hours):
    for change in PhoneChange.objects.all():
        PhoneChange.objects.filter(pk=change.pk).update(takes_effect_at=change.takes_effect_at - timedelta(hours=hours))


def test_a_code_from_the_text_opens_the_page_that_was_asked_for(owner, visit, text_to, outside):
    visitor = sign_in(visit(), OLD, text_to, outside, then="?next=/my/sign-in/")

    assert (visitor.status, visitor.address) == (200, "/my/sign-in/")
    assert "138****0001" in visitor.page
    assert OLD not in visitor.page


def test_a_wrong_code_a_used_one_and_one_of_another_browser_open_nothing(owner, visit, text_to, outside):
    visitor, thief = visit(), visit()
    let_texts_go()
    seen = outside.texts_to(OLD)
    visitor.go("/accounts/phone/").send("/accounts/phone/", number=OLD)
    right = code_in(text_to(OLD, after=seen))
    thief.go("/accounts/phone/").send("/accounts/phone/", number=OTHERS)

    assert thief.send("/accounts/phone/code/", code=right).status == 422
    assert visitor.send("/accounts/phone/code/", code=f"{(int(right) + 1) % 10**6:06d}").status == 422
    assert "This code is not right" in visitor.page
    assert visitor.send("/accounts/phone/code/", code=right).address == "/my/"
    again = visit()
    again.go("/accounts/phone/").send("/accounts/phone/", number=OTHERS)
    assert again.send("/accounts/phone/code/", code=right).status == 422


def test_a_form_without_its_token_is_refused(owner, visit):
    visitor = visit()
    visitor.go("/accounts/phone/")
    answer = visitor.session.post(visitor.origin + "/accounts/phone/", {"number": OLD}, timeout=30)

    assert answer.status_code == 403


def test_a_new_number_waits_a_day_and_then_signs_in_where_the_old_one_does_not(owner, visit, text_to, outside):
    visitor = sign_in(visit(), OLD, text_to, outside)
    seen = outside.texts_to(OLD)
    ask_for(visitor, NEW, text_to, outside)
    assert "It signs you in from the time below" in visitor.page
    assert "138****0002" in visitor.page
    assert text_to(OLD, after=seen, words="Another number replaces this one in 24 hours")
    let_time_pass(23)
    let_texts_go()
    sign_in(visit(), OLD, text_to, outside)
    assert number_of(owner) == OLD

    let_time_pass(1)
    let_texts_go()
    assert sign_in(visit(), NEW, text_to, outside).address == "/my/"
    assert number_of(owner) == NEW
    let_texts_go()
    late = visit()
    late.go("/accounts/phone/").send("/accounts/phone/", number=OLD)
    assert text_to(OLD, after=seen, words="Another number replaced this one")
    assert late.send("/accounts/phone/code/", code="000000").status == 422


def test_whoever_holds_the_old_number_stops_a_change_that_waits(owner, visit, text_to, outside):
    visitor = sign_in(visit(), OLD, text_to, outside)
    ask_for(visitor, NEW, text_to, outside)
    let_texts_go()
    rightful = sign_in(visit(), OLD, text_to, outside, then="?next=/my/sign-in/")
    assert "Was it not you" in rightful.page
    rightful.send("/my/sign-in/phone/stop/")

    assert "The change was stopped" in rightful.page
    assert "A new number waits" not in rightful.page
    let_time_pass(30)
    let_texts_go()
    assert sign_in(visit(), OLD, text_to, outside).address == "/my/"
    assert number_of(owner) == OLD
    assert PhoneChange.objects.get().stopped_because == "by_person"


def test_a_code_to_the_old_number_lets_the_new_one_sign_in_at_once(owner, visit, text_to, outside):
    visitor = sign_in(visit(), OLD, text_to, outside)
    ask_for(visitor, NEW, text_to, outside)
    let_texts_go()
    seen = outside.texts_to(OLD)
    visitor.send("/my/sign-in/phone/old/")
    assert visitor.address == "/my/sign-in/phone/old/code/"
    assert visitor.send(visitor.address, code="1234").status == 422
    visitor.send(visitor.address, code=code_in(text_to(OLD, after=seen)))

    assert "The number now signs you in" in visitor.page
    assert number_of(owner) == NEW


def test_a_number_that_signs_somebody_else_in_is_told_only_to_who_proved_it(owner, neighbour, visit, text_to, outside):
    other = Person.objects.get(user__reference=neighbour.reference)
    other.phone, other.phone_verified_at, other.phone_used_at = OTHERS, clock.now(), clock.now()
    other.save()
    visitor = sign_in(visit(), OLD, text_to, outside)
    ask_for(visitor, OTHERS, text_to, outside)

    assert visitor.status == 422
    assert "This number signs somebody else in" in visitor.page
    assert number_of(owner) == OLD
