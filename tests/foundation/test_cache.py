"""Redis only carries: away, hanging or full, it costs a query and no page."""

from __future__ import annotations

import socket
import time

import pytest
import redis
from django.conf import settings as real
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import cache

from foundation.web.cache import ForgivingRedisCache

FORGIVING = "foundation.web.cache.ForgivingRedisCache"


@pytest.fixture(autouse=True)
def asked_again():
    ForgivingRedisCache.quiet_until = 0.0
    yield
    ForgivingRedisCache.quiet_until = 0.0


@pytest.fixture
def hanging(settings, tmp_path):
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
        deaf.listen(1)
        settings.CACHES = {"default": {"BACKEND": FORGIVING, "LOCATION": f"unix://{tmp_path}/deaf.sock"}}
        yield


@pytest.fixture
def full():
    client = redis.Redis.from_url(real.ENVIRONMENT.redis_url)
    before = client.config_get("maxmemory")["maxmemory"]
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1")
    yield client
    client.config_set("maxmemory", before)


def test_somebody_stays_signed_in_while_redis_is_away(sign_in, handling_officer, settings, tmp_path):
    browser = sign_in(handling_officer)
    settings.CACHES = {"default": {"BACKEND": FORGIVING, "LOCATION": f"unix://{tmp_path}/nobody.sock"}}

    answer = browser.get("/desk/")

    assert answer.status_code < 400
    assert answer.wsgi_request.user.is_authenticated


def test_somebody_stays_signed_in_while_redis_is_full(sign_in, handling_officer, full):
    with pytest.raises(redis.exceptions.OutOfMemoryError):
        full.set("canary", "x")

    assert sign_in(handling_officer).get("/desk/").wsgi_request.user.is_authenticated


def test_a_redis_that_hangs_delays_one_request_and_not_each(db, hanging):
    store = SessionStore()
    store["word"] = "kept"
    began = time.monotonic()
    store.save()
    first = time.monotonic() - began

    assert SessionStore(store.session_key)["word"] == "kept"
    for number in range(20):
        assert cache.get(f"{number}") is None
    assert time.monotonic() - began - first < first


def test_redis_is_used_while_it_is_there(sign_in, handling_officer, django_assert_num_queries):
    store = SessionStore()
    store["word"] = "kept"
    store.save()

    with django_assert_num_queries(0):
        assert SessionStore(store.session_key)["word"] == "kept"


def test_the_cache_of_django_would_break_the_page(sign_in, handling_officer, settings, tmp_path):
    browser = sign_in(handling_officer)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"unix://{tmp_path}/nobody.sock"}}

    with pytest.raises(redis.ConnectionError):
        browser.get("/desk/")
