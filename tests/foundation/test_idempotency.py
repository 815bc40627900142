"""A request with a key is carried out once, however often, and however simultaneously, it is sent."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import path
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.errors import RuleViolated, TooManyRequests, Unavailable
from foundation.idempotency.decorators import idempotent
from foundation.idempotency.forget import forget_outdated
from foundation.idempotency.models import KeptAnswer, SeenNonce
from foundation.idempotency.nonces import use_nonce
from foundation.idempotency.tasks import forget
from foundation.rest.parsers import StrictJSONParser
from foundation.rest.permissions import IsPublic
from foundation.rest.serializers import StrictSerializer
from foundation.signatures.errors import SignatureRefused

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "7f2c1e0a-5a3e-4d1b-9f43-c2f6f1f0a001"


class ByHeader(BaseAuthentication):
    """Signs in whoever says who they are."""

    def authenticate(self, request):
        name = request.headers.get("X-Actor")
        if name is None:
            return None
        request._request.actor = SimpleNamespace(label=f"officer:{name}")
        return SimpleNamespace(is_authenticated=True, is_active=True), None


class Input(StrictSerializer):
    word = serializers.CharField(default="a")
    then = serializers.CharField(default="", allow_blank=True)


def make(name):
    """What an operation does: one row, in a transaction of its own."""
    with transaction.atomic():
        SeenNonce.objects.create(keyid="made", nonce=name, expires_at=NOW)


class Things(APIView):
    authentication_classes = (ByHeader,)
    permission_classes = (IsPublic,)

    @idempotent
    def post(self, request, kind="thing"):
        given = Input(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            number = SeenNonce.objects.filter(keyid="made").count() + 1
            make(f"{kind}-{given.validated_data['word']}-{number}")
            self.go_wrong(given.validated_data["then"])
        return Response({"number": number, "名": "张"}, status=201, headers={"Location": f"/things/{number}/"})

    def go_wrong(self, how):
        if how == "sleep":
            time.sleep(0.3)
        if how == "refuse":
            raise RuleViolated("No.", code="no")
        if how == "unavailable":
            raise Unavailable
        if how == "defect":
            raise ZeroDivisionError
        if how == "crash":
            os.kill(os.getpid(), signal.SIGKILL)


class Counted(APIView):
    authentication_classes = (ByHeader,)
    permission_classes = (IsPublic,)

    @idempotent
    def post(self, request):
        make(f"try-{SeenNonce.objects.count()}")
        raise TooManyRequests(retry_after=9)


class Broken(APIView):
    authentication_classes = (ByHeader,)
    permission_classes = (IsPublic,)

    @idempotent
    def post(self, request):
        make("half")
        return Response({}, status=500)


class Files(APIView):
    authentication_classes = (ByHeader,)
    permission_classes = (IsPublic,)
    parser_classes = (MultiPartParser, StrictJSONParser)

    @idempotent
    def post(self, request):
        return Response({"size": len(request.data["file"].read())})


urlpatterns = [
    path("api/v1/things/", Things.as_view()),
    path("api/v1/things/<str:kind>/", Things.as_view()),
    path("api/v1/counted/", Counted.as_view()),
    path("api/v1/broken/", Broken.as_view()),
    path("api/v1/files/", Files.as_view()),
]


def send(body=None, *, key=KEY, actor="U-1", address="/api/v1/things/"):
    headers = {"accept-language": "en"}
    headers |= {} if key is None else {"idempotency-key": key}
    headers |= {} if actor is None else {"x-actor": actor}
    client = Client(raise_request_exception=False)
    return client.post(address, body or {}, content_type="application/json", headers=headers)


def made():
    return SeenNonce.objects.filter(keyid="made").count()


def test_a_repeated_request_gets_the_first_answer_to_the_byte():
    first, again = send(), send()
    assert (first.status_code, made()) == (201, 1)
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.content) == (201, first.content)
    for name in ("Content-Type", "Location", "Content-Language", "Cache-Control"):
        assert again[name] == first[name]


def test_a_body_that_means_the_same_is_the_same():
    first = send('{"word": "a", "then": ""}')
    assert send('{ "then":"","word":"\\u0061"}').content == first.content
    assert made() == 1


@pytest.mark.parametrize("change", [{"body": {"word": "b"}}, {"address": "/api/v1/things/?dry=1"}])
def test_a_key_cannot_be_used_for_another_request(change):
    send()
    response = send(**change)
    assert (response.status_code, response.json()["code"], made()) == (422, "idempotency_key_reused", 1)


def test_a_key_cannot_be_used_for_another_thing_of_the_route():
    send(address="/api/v1/things/a/")
    assert send(address="/api/v1/things/b/").json()["code"] == "idempotency_key_reused"


def test_a_key_belongs_to_its_actor_and_route():
    first = send()
    for other in (send(actor="U-2"), send(actor=None), send(address="/api/v1/things/a/")):
        assert other.status_code == 201
        assert other.content != first.content
    assert made() == 4


def test_a_request_without_a_key_is_refused():
    response = send(key=None)
    assert (response.status_code, response.json()["code"], made()) == (400, "idempotency_key_missing", 0)


@pytest.mark.parametrize(("key", "actor"), [("x" * 65, "U-1"), ("a b", "U-1"), ("é", "U-1"), ("x" * 15, None)])
def test_a_key_that_is_not_of_the_form_is_refused(key, actor):
    response = send(key=key, actor=actor)
    assert (response.status_code, response.json()["code"], made()) == (400, "idempotency_key_invalid", 0)


@pytest.mark.parametrize("then", ["refuse", "unavailable", "defect"])
def test_what_was_not_done_may_be_tried_again_with_the_same_key(then):
    assert send({"then": then}).status_code >= 400
    assert (made(), KeptAnswer.objects.count()) == (0, 0)
    assert send().status_code == 201


def test_wrong_input_may_be_mended_with_the_same_key():
    assert send({"word": 1}).status_code == 400
    assert send({"word": "a"}).status_code == 201


def test_what_was_counted_while_refusing_stays_counted():
    for _try in range(3):
        assert send(address="/api/v1/counted/")["Retry-After"] == "9"
    assert made() == 3


def test_an_answer_of_500_undoes_everything():
    assert send(address="/api/v1/broken/").status_code == 500
    assert made() == 0


def test_a_file_is_part_of_what_is_asked():
    def upload(content):
        file = SimpleUploadedFile("a.jpg", content)
        return Client().post("/api/v1/files/", {"file": file}, headers={"idempotency-key": KEY, "x-actor": "U-1"})

    assert upload(b"abc").json() == {"size": 3}
    assert upload(b"abc")["Idempotency-Replayed"] == "true"
    assert upload(b"abd").status_code == 422


def test_the_table_does_not_hold_the_answer_or_the_key_in_the_clear():
    content = send().content
    kept = KeptAnswer.objects.get()
    for column in (kept.sealed, kept.key_hash, kept.request_digest):
        assert content not in bytes(column)
        assert KEY.encode() not in bytes(column)


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_simultaneous_requests_one_is_carried_out():
    barrier = threading.Barrier(16)

    def one(_number):
        try:
            barrier.wait()
            return send({"then": "sleep"})
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        responses = list(pool.map(one, range(16)))
    assert made() == 1
    assert sum(response.status_code == 201 and "Idempotency-Replayed" not in response for response in responses) == 1
    others = [response for response in responses if response.status_code != 201]
    assert {(response.status_code, response.json()["code"], response["Retry-After"]) for response in others} <= {
        (409, "idempotency_key_in_use", "1")
    }
    assert len({response.content for response in responses if response.status_code == 201}) == 1
    assert send({"then": "sleep"})["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
# From Python 3.12 on a fork beside a browser's thread is warned of; this child only speaks to the database and is killed.
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_process_killed_before_the_commit_leaves_nothing():
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            # Where a browser has run, the parent keeps its connection in the context of an event loop that the child does not see; what
            # the child sees is an older one, which it must not share. psycopg2 leaves it open for the parent when it is let go of here.
            connection.connection = None
            send({"then": "crash"})
        finally:
            # Whatever went wrong in it, the child must not go on as a second run of the tests.
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert (made(), KeptAnswer.objects.count()) == (0, 0)
    assert send().status_code == 201


def test_a_key_has_one_answer_whatever_writes():
    send()
    kept = KeptAnswer.objects.get()
    kept.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save(force_insert=True)


def test_a_nonce_is_used_once_for_each_key():
    use_nonce(keyid="feed-1", nonce="n" * 16, expires_at=NOW)
    use_nonce(keyid="feed-2", nonce="n" * 16, expires_at=NOW)
    with pytest.raises(SignatureRefused) as refused:
        use_nonce(keyid="feed-1", nonce="n" * 16, expires_at=NOW)
    assert refused.value.code == "signature_replayed"


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_simultaneous_uses_of_a_nonce_one_passes():
    def one(_number):
        try:
            use_nonce(keyid="feed-1", nonce="n" * 16, expires_at=NOW)
        except SignatureRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(one, range(16))) == 1


def test_answers_are_forgotten_after_seven_days_and_nonces_when_stale():
    send()
    KeptAnswer.objects.update(created_at=NOW)
    use_nonce(keyid="feed-1", nonce="n" * 16, expires_at=NOW + timedelta(days=7))
    SeenNonce.objects.filter(keyid="made").delete()
    assert forget_outdated(now=NOW + timedelta(days=7)) == 0
    assert forget_outdated(now=NOW + timedelta(days=7, seconds=1)) == 2
    assert not KeptAnswer.objects.exists() and not SeenNonce.objects.exists()


def test_forgetting_twice_is_the_same_as_once():
    use_nonce(keyid="feed-1", nonce="n" * 16, expires_at=NOW - timedelta(days=3650))
    assert [forget(), forget()] == [1, 0]


def test_a_replay_costs_two_queries(django_assert_num_queries):
    send()
    # savepoint and release stand for the transaction that a test already has open
    with django_assert_num_queries(4):
        send()
