"""The look-up's limits as they are met from outside: over HTTP, from many lines and processes at once, whatever a caller says of itself."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace

import pytest
import redis
from django.conf import settings as site
from django.db import connection, connections
from django.test import Client

from foundation.errors import TooManyRequests
from foundation.inquiries.codes import new_typed_code
from foundation.inquiries.operations import look_up as operation
from foundation.inquiries.rest import views
from foundation.limits.limiter import take
from foundation.limits.models import Bucket
from foundation.limits.rules import INQUIRY_PLATFORM, INQUIRY_SELECTOR, INQUIRY_SOURCE
from foundation.web import client_address
from tests.parallel import in_parallel

FORGED = ("x-forwarded-for", "forwarded", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")


@pytest.fixture
def patient_hall(monkeypatch):
    """The limit of the whole hall is another test's affair."""
    monkeypatch.setattr(operation, "INQUIRY_PLATFORM", replace(INQUIRY_PLATFORM, allowed=10_000))


def fresh_code():
    """Return a code as it is printed, which opens nothing."""
    return new_typed_code().printed


def look_up(text, *, address="127.0.0.1", api=False, **headers):
    """Type a code from an address; return the status."""
    client = Client(REMOTE_ADDR=address, headers=headers)
    if api:
        return client.post("/api/v1/inquiries/", {"code": text}, content_type="application/json").status_code
    return client.post("/q", {"code": text}).status_code


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_hall")
def test_of_500_guesses_at_one_code_on_both_faces_exactly_the_limit_is_tried():
    code = fresh_code()
    answers = in_parallel(lambda number: look_up(code, address=f"10.{number // 250}.{number % 250}.7", api=number % 2 == 0), 500)

    assert answers.count(404) == INQUIRY_SELECTOR.allowed
    assert answers.count(429) == 500 - INQUIRY_SELECTOR.allowed


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_hall")
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_hundred_forged_addresses_are_one_line(settings, proxies):
    """ASVS 5.0: 4.1.3, 15.3.4. What a caller writes into a forwarding header is believed only where our own proxy wrote it."""
    settings.TRUSTED_PROXIES = proxies
    answers = []
    for number in range(100):
        forged = dict.fromkeys(FORGED, f"198.51.{number}.1") | {"forwarded": f"for=198.51.{number}.1"}
        if proxies:
            forged["x-forwarded-for"] += ", 203.0.113.9"
        answers.append(look_up(fresh_code(), address="203.0.113.9", **forged))

    assert answers.count(404) == INQUIRY_SOURCE.allowed
    assert answers[INQUIRY_SOURCE.allowed :] == [429] * (100 - INQUIRY_SOURCE.allowed)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_hall")
def test_a_hall_that_believes_what_callers_say_would_be_caught(settings, monkeypatch):
    settings.TRUSTED_PROXIES = 0
    monkeypatch.setattr(views, "client_address", lambda request: request.headers.get("x-forwarded-for", "127.0.0.1"))

    answers = [look_up(fresh_code(), api=True, **{"x-forwarded-for": f"198.51.{number}.1"}) for number in range(INQUIRY_SOURCE.allowed + 5)]

    assert 429 not in answers
    assert client_address.client_address is not views.client_address


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("patient_hall")
def test_emptying_the_cache_frees_nobody():
    code = fresh_code()
    for number in range(INQUIRY_SELECTOR.allowed):
        look_up(code, address=f"10.0.{number}.7")
    redis.Redis.from_url(site.CACHES["default"]["LOCATION"]).flushall()

    assert look_up(code, address="10.9.9.9") == 429


def _try_in_a_process(number_of_tries, moment, results):
    connections.close_all()
    admitted = 0
    for _ in range(number_of_tries):
        try:
            take(INQUIRY_SELECTOR, target="processes", now=moment)
            admitted += 1
        except TooManyRequests:
            continue
    connections.close_all()
    results.put(admitted)


# From Python 3.12 on a fork beside a browser's thread is warned of; these children only speak to the database.
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.django_db(transaction=True)
def test_ten_processes_together_get_no_more_than_one(now):
    processes = multiprocessing.get_context("fork")
    results = processes.SimpleQueue()
    connection.close()
    children = [processes.Process(target=_try_in_a_process, args=(50, now, results)) for _ in range(10)]
    for child in children:
        child.start()
    for child in children:
        child.join(timeout=60)

    assert sum(results.get() for _ in children) == INQUIRY_SELECTOR.allowed
    assert Bucket.objects.get(scope=INQUIRY_SELECTOR.scope).taken == INQUIRY_SELECTOR.allowed
