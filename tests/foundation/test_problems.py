"""Whatever goes wrong, the API says so in one shape, in the language asked for, and says nothing about its insides."""

from __future__ import annotations

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import path, re_path
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.errors import Conflict, NotAllowed, NotFound, RuleViolated, TooManyRequests, Unavailable
from foundation.rest import handlers
from foundation.rest.permissions import IsPublic
from foundation.rest.serializers import StrictSerializer

# A refusal is written into the audit log.
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

RAISED = {
    "conflict": Conflict,
    "rule": lambda: RuleViolated("Too late.", code="too_late", field="until"),
    "domain-403": NotAllowed,
    "domain-404": NotFound,
    "limit": lambda: TooManyRequests(retry_after=90),
    "away": Unavailable,
    "404": lambda: Http404("secret detail"),
    "403": lambda: PermissionDenied("secret detail"),
    "400": lambda: SuspiciousOperation("secret detail"),
    "413": lambda: RequestDataTooBig("secret detail"),
    "throttled": lambda: exceptions.Throttled(wait=2.5),
    "model": lambda: ValidationError({"title": ["Too long."]}),
    "model-whole": lambda: ValidationError("Ends before it begins.", code="order"),
    "database": lambda: OperationalError("server closed the connection: secret detail"),
    "defect": lambda: ZeroDivisionError("secret detail"),
}


class Raises(APIView):
    authentication_classes = ()
    permission_classes = (IsPublic,)

    def get(self, request, name):
        error = RAISED[name]()
        raise error


class Party(StrictSerializer):
    name = serializers.CharField()


class Report(StrictSerializer):
    title = serializers.CharField()
    parties = Party(many=True)

    def validate(self, attrs):
        raise serializers.ValidationError("Nothing fits.", code="nothing_fits")


class Takes(APIView):
    authentication_classes = ()
    permission_classes = (IsPublic,)

    def post(self, request):
        report = Report(data=request.data)
        report.is_valid(raise_exception=True)
        return Response({})


class SignedIn(APIView):
    def get(self, request):
        return Response({})

    def post(self, request):
        return Response({})


@login_not_required
def plain_view(request):
    raise Conflict


def handler_of(api, page_status):
    return lambda request, exception=None: (
        (handlers.failed(request) if page_status == 500 else handlers.refused(request, exception))
        if request.path.startswith("/api/")
        else HttpResponse(status=page_status)
    )


handler404 = handler_of(handlers.refused, 404)
handler400 = handler_of(handlers.refused, 400)
handler500 = handler_of(handlers.failed, 500)

urlpatterns = [
    path("api/v1/raises/<str:name>/", Raises.as_view()),
    path("api/v1/takes/", Takes.as_view()),
    path("api/v1/signed-in/", SignedIn.as_view()),
    path("api/v1/plain/", plain_view),
    re_path("^api/(?P<path>.*)$", handlers.unknown_route),
]


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"}, raise_request_exception=False)


def problem(response, status, code):
    document = response.json()
    assert (response.status_code, document["status"], document["code"]) == (status, status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert document["type"] == "about:blank"
    assert document["title"] and document["detail"]
    assert document["trace_id"] == response["traceparent"][3:35]
    assert "secret" not in response.text and "Traceback" not in response.text
    return document


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("conflict", 409, "conflict"),
        ("rule", 422, "too_late"),
        ("domain-403", 403, "not_allowed"),
        ("domain-404", 404, "not_found"),
        ("limit", 429, "too_many_requests"),
        ("away", 503, "unavailable"),
        ("404", 404, "not_found"),
        ("403", 403, "not_allowed"),
        ("400", 400, "malformed"),
        ("413", 413, "too_large"),
        ("throttled", 429, "too_many_requests"),
        ("model", 400, "invalid_input"),
        ("model-whole", 400, "invalid_input"),
        ("database", 503, "unavailable"),
        ("defect", 500, "server_error"),
    ],
)
def test_every_error_is_a_problem_document_with_a_stable_code(client, name, status, code):
    problem(client.get(f"/api/v1/raises/{name}/"), status, code)


def test_whoever_must_wait_is_told_how_long(client):
    assert client.get("/api/v1/raises/limit/")["Retry-After"] == "90"
    assert client.get("/api/v1/raises/away/")["Retry-After"] == "5"
    assert client.get("/api/v1/raises/throttled/")["Retry-After"] == "3"
    assert client.get("/api/v1/raises/database/")["Retry-After"] == "5"


def test_a_refusal_names_its_field(client):
    document = problem(client.get("/api/v1/raises/rule/"), 422, "too_late")
    assert document["errors"] == [{"field": "until", "message": "Too late.", "code": "too_late"}]
    document = problem(client.get("/api/v1/raises/model-whole/"), 400, "invalid_input")
    assert document["errors"] == [{"field": None, "message": "Ends before it begins.", "code": "order"}]


def test_each_field_at_fault_is_named_by_its_path(client):
    body = {"title": "", "parties": [{"name": "a"}, {"name": 1, "age": 3}]}
    document = problem(client.post("/api/v1/takes/", body, content_type="application/json"), 400, "invalid_input")
    found = {(error["field"], error["code"]) for error in document["errors"]}
    assert found == {("title", "blank"), ("parties.1.name", "wrong_type"), ("parties.1.age", "unknown_field")}


def test_an_error_of_the_whole_has_no_field(client):
    body = {"title": "t", "parties": []}
    document = problem(client.post("/api/v1/takes/", body, content_type="application/json"), 400, "invalid_input")
    assert document["errors"] == [{"field": None, "message": "Nothing fits.", "code": "nothing_fits"}]


def test_broken_json_is_a_problem(client):
    document = problem(client.post("/api/v1/takes/", "{", content_type="application/json"), 400, "malformed")
    assert "line 1" in document["detail"]


def test_a_form_is_not_json(client):
    problem(client.post("/api/v1/takes/", {"title": "t"}), 415, "unsupported_media_type")


def test_too_large_is_413(client):
    body = b'{"title": "' + b"x" * 70_000 + b'"}'
    problem(client.post("/api/v1/takes/", body, content_type="application/json"), 413, "too_large")


def test_a_method_that_is_not_there_is_405_with_those_that_are(client):
    response = client.delete("/api/v1/takes/")
    problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "POST, OPTIONS"


def test_what_cannot_be_made_is_406(client):
    problem(client.get("/api/v1/raises/conflict/", headers={"accept": "text/html"}), 406, "not_acceptable")


@pytest.mark.django_db
def test_nobody_signed_in_is_401_with_a_challenge(client):
    response = client.get("/api/v1/signed-in/")
    problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"].startswith("Session")


@pytest.mark.parametrize("address", ["/api/v1/nothing/", "/api/v1/takes", "/api/", "/api/v2/cases/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_does_not_exist_is_404_and_never_a_redirect(client, address, method):
    problem(getattr(client, method)(address), 404, "not_found")


def test_an_error_outside_django_rest_framework_is_a_problem_too(client):
    problem(client.get("/api/v1/plain/"), 409, "conflict")


def test_a_forged_host_is_a_problem_too(client):
    problem(client.get("/api/v1/takes/", headers={"host": "evil.example"}), 400, "malformed")


def test_the_detail_is_in_the_language_asked_for(client):
    client = Client(headers={"accept-language": "zh-CN,zh;q=0.9"}, raise_request_exception=False)
    document = client.post("/api/v1/takes/", {"title": ""}, content_type="application/json").json()
    assert {error["message"] for error in document["errors"]} >= {"该字段是必填项。"}
