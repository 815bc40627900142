"""The API's description says what the API does, and can be read in a browser under our own policy."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import include, path
from drf_spectacular.utils import extend_schema
from drf_spectacular.validation import validate_schema
from rest_framework import generics, serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from foundation.idempotency.decorators import idempotent
from foundation.idempotency.models import SeenNonce
from foundation.rest.handlers import unknown_route
from foundation.rest.permissions import IsPublic
from foundation.rest.serializers import StrictSerializer

pytestmark = pytest.mark.urls(__name__)


class ThingInput(StrictSerializer):
    title = serializers.CharField(max_length=20)
    note = serializers.CharField(allow_blank=True, required=False)
    count = serializers.IntegerField(min_value=1, max_value=9)


class Thing(serializers.Serializer):
    nonce = serializers.CharField()


class Things(generics.ListAPIView):
    """Things."""

    permission_classes = (IsPublic,)
    serializer_class = Thing
    queryset = SeenNonce.objects.all()
    ordering = ("nonce",)
    filter_backends = ()

    @extend_schema(request=ThingInput, responses={201: Thing})
    @idempotent
    def post(self, request):
        given = ThingInput(data=request.data)
        given.is_valid(raise_exception=True)
        return Response({"nonce": given.validated_data["title"]}, status=201)


class ThingSet(GenericViewSet):
    """Things by name."""

    serializer_class = Thing
    queryset = SeenNonce.objects.all()
    lookup_field = "nonce"

    @extend_schema(request=None, responses={200: Thing})
    @action(detail=True, methods=["post"])
    @idempotent
    def close(self, request, nonce):
        return Response({})


urlpatterns = [
    path("api/v1/", include("foundation.rest.urls")),
    path("api/v1/things/", Things.as_view()),
    path("api/v1/things/<str:nonce>/close/", ThingSet.as_view({"post": "close"})),
    path("api/<path:path>", unknown_route),
]


@pytest.fixture(scope="module")
def _document():
    return {}


@pytest.fixture
def document(_document):
    if not _document:
        response = Client().get("/api/v1/schema/", headers={"accept": "application/json"})
        assert response.status_code == 200
        _document.update(response.json())
    return _document


def test_the_description_is_valid(document):
    assert document["openapi"].startswith("3.1")
    validate_schema(document)


def test_operations_are_named_by_their_path_and_filed_by_their_app(document):
    names = {operation["operationId"] for methods in document["paths"].values() for operation in methods.values()}
    assert names == {"things_list", "things_create", "things_close_create"}
    assert len({tuple(operation["tags"]) for methods in document["paths"].values() for operation in methods.values()}) == 1


def test_every_operation_may_answer_with_a_problem_and_speaks_a_language(document):
    for methods in document["paths"].values():
        for operation in methods.values():
            for status in ("4XX", "5XX"):
                assert operation["responses"][status] == {"$ref": "#/components/responses/Problem"}
            assert {"$ref": "#/components/parameters/AcceptLanguage"} in operation["parameters"]
    assert "application/problem+json" in document["components"]["responses"]["Problem"]["content"]
    assert "trace_id" in document["components"]["schemas"]["Problem"]["required"]


def headers(operation):
    return {parameter["name"]: parameter["required"] for parameter in operation["parameters"] if parameter.get("in") == "header"}


def test_the_idempotency_key_is_asked_for_where_it_is_demanded(document):
    things = document["paths"]["/api/v1/things/"]
    assert headers(things["post"]) == {"Idempotency-Key": True}
    assert headers(document["paths"]["/api/v1/things/{nonce}/close/"]["post"]) == {"Idempotency-Key": True}
    assert headers(things["get"]) == {}


def test_what_strict_input_refuses_the_description_does_not_offer(document):
    given = document["components"]["schemas"]["ThingInputRequest"]
    assert given["additionalProperties"] is False
    assert given["properties"]["title"]["minLength"] == 1
    assert not re.search(given["properties"]["title"]["pattern"], "  ")
    assert re.search(given["properties"]["title"]["pattern"], " 张 伟\n")
    either, blank = given["properties"]["note"]["oneOf"]
    assert blank["maxLength"] == 0
    assert re.search(either["pattern"], " ")
    for unprintable in ("\x00", "a\x1bb", "a\u202eb"):
        assert not re.search(either["pattern"], unprintable)


def test_a_list_is_described_with_its_pages(document):
    parameters = {each["name"]: each["schema"] for each in document["paths"]["/api/v1/things/"]["get"]["parameters"] if "name" in each}
    assert (parameters["page_size"]["minimum"], parameters["page_size"]["maximum"]) == (1, 100)
    assert "cursor" in parameters


def test_sign_in_is_by_the_sessions_cookie(document, settings):
    scheme = document["components"]["securitySchemes"]["session"]
    assert scheme == {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


@pytest.mark.django_db(transaction=True)
def test_the_description_can_be_read_in_a_browser_under_our_policy(chromium, live_server):
    page = chromium.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    answer = page.goto(f"{live_server.url}/api/v1/docs/")
    page.get_by_text("/api/v1/things/{nonce}/close/").wait_for()
    assert "'unsafe" not in answer.headers["content-security-policy"]
    page.locator(".opblock-post").first.click()
    page.get_by_text("Idempotency-Key").first.wait_for()
    page.close()
    assert complaints == []
    assert all(url.startswith((live_server.url, "data:")) for url in requested)
