"""Every answer can be traced, is kept by nobody, and is in the language that was asked for."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseNotFound, JsonResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils.translation import get_language, gettext
from rest_framework.permissions import BasePermission
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.errors import NotAllowed, NotFound, RuleViolated, TooManyRequests
from foundation.rest.permissions import IsPublic, IsSignedIn
from foundation.trace import current_trace_id
from foundation.web.decorators import SameOriginOnly, check_same_origin, same_origin_only

# A refusal is written into the audit log.
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@login_not_required
def page(request):
    return HttpResponse(f"{get_language()} {gettext('Yes')}", headers={"X-Trace": current_trace_id()})


@login_not_required
def public(request):
    return HttpResponse("", headers={"Cache-Control": "public, max-age=60"})


@login_not_required
def data(request):
    return JsonResponse({"language": get_language()})


@login_not_required
def raises(request, name):
    raise {
        "rule": RuleViolated("The term is over."),
        "limit": TooManyRequests(retry_after=7),
        "missing": NotFound(),
        "database": OperationalError("canary"),
    }[name]


@login_not_required
@same_origin_only
def look_up(request):
    return HttpResponse("found")


class LookUp(SameOriginOnly, APIView):
    authentication_classes = ()
    permission_classes = (IsPublic,)

    def post(self, request):
        return Response({})


def handler500(request):
    return HttpResponse("failed", status=500)


def handler404(request, exception):
    return HttpResponseNotFound("nothing")


urlpatterns = [
    path("page/", page),
    path("public/", public),
    path("raises/<str:name>/", raises),
    path("q/", look_up),
    path("api/v1/data/", data),
    path("api/v1/raises/<str:name>/", raises),
    path("api/v1/q/", LookUp.as_view()),
]


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


# --- trace ---


def test_a_request_continues_the_trace_it_comes_with(visitor):
    response = visitor.get("/page/", headers={"traceparent": PARENT})
    assert re.fullmatch("00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01", response["traceparent"])
    assert response["traceparent"] != PARENT
    assert response["X-Trace"] == "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "nonsense",
        PARENT.upper(),
        PARENT + "-more",
        PARENT + "\n",
        "ff" + PARENT[2:],
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01",
    ],
)
def test_a_request_without_a_valid_trace_begins_one(parent, visitor):
    response = visitor.get("/page/", headers={"traceparent": parent})
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-00", response["traceparent"])
    assert "4bf92f35" not in response["traceparent"]


@pytest.mark.parametrize("address", ["/page/", "/nothing/", "/raises/rule/", "/api/v1/data/", "/page/?language=en"])
def test_every_answer_is_traced_guarded_and_kept_by_nobody(address, visitor):
    response = visitor.get(address)
    assert response["traceparent"]
    assert response["Cache-Control"] == "no-store"
    assert "camera=()" in response["Permissions-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_view_may_say_that_its_answer_may_be_kept(visitor):
    response = visitor.get("/public/")
    assert response["Cache-Control"] == "public, max-age=60"
    assert {name.strip() for name in response["Vary"].split(",")} >= {"Accept-Language", "Cookie", "HX-Request"}


# --- language ---


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-Hant-TW", "zh-hans"),
        ("fr, en;q=0.5", "en"),
        ("fr", "zh-hans"),
        ("*", "zh-hans"),
        ("", "zh-hans"),
        ("x" * 10_000, "zh-hans"),
    ],
)
def test_the_language_is_the_one_the_browser_accepts_or_the_halls_own(accepted, language):
    headers = {"accept-language": accepted}
    response = Client().get("/page/", headers=headers)
    assert response["Content-Language"] == language
    assert response.text.startswith(language)
    assert Client().get("/api/v1/data/", headers=headers).json() == {"language": language}


def test_a_chosen_language_is_kept_and_the_address_cleaned(visitor):
    response = visitor.get("/page/?a=1&language=zh-hans&a=%E5%BC%A0&b=")
    assert (response.status_code, response["Location"]) == (302, "/page/?a=1&a=%E5%BC%A0&b=")
    cookie = response.cookies["language"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("zh-hans", "Lax", True, 31_536_000)
    assert visitor.get("/page/")["Content-Language"] == "zh-hans"
    visitor.get("/page/?language=EN")
    assert visitor.get("/page/")["Content-Language"] == "en"


@pytest.mark.parametrize("language", ["fr", "", "zh-hans'", "../en"])
def test_a_language_we_do_not_speak_is_ignored(language, visitor):
    response = visitor.get("/page/", {"language": language})
    assert (response.status_code, response["Content-Language"], response.cookies) == (200, "en", {})


def test_a_cookie_that_somebody_wrote_is_ignored(visitor):
    visitor.cookies["language"] = "xx\"'"
    assert visitor.get("/page/")["Content-Language"] == "en"


def test_a_choice_of_language_never_leads_to_another_site(visitor):
    for address in ("//evil.example/", "/\\evil.example/"):
        location = visitor.get(f"{address}?language=en")["Location"]
        assert not location.startswith(("//", "/\\"))


def test_a_form_is_not_redirected(visitor):
    assert visitor.post("/page/?language=zh-hans").status_code == 200


def test_the_api_reads_no_cookie_and_sets_none(visitor):
    visitor.cookies["language"] = "zh-hans"
    response = visitor.get("/api/v1/data/?language=zh-hans")
    assert (response.json(), response.cookies) == ({"language": "en"}, {})


# --- refusals ---


def test_a_refusal_becomes_a_page_with_its_message(visitor):
    response = visitor.get("/raises/rule/")
    assert response.status_code == 422
    assert "The term is over." in response.text
    assert visitor.get("/raises/missing/").status_code == 404
    assert visitor.get("/raises/limit/")["Retry-After"] == "7"


def test_a_refusal_of_the_api_becomes_a_problem(visitor):
    assert visitor.get("/api/v1/raises/rule/").json()["code"] == "rule_violated"


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_database_that_is_away_is_503_and_says_when_to_come_back(prefix, visitor, capsys):
    response = visitor.get(f"{prefix}/raises/database/")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "canary" not in response.text + capsys.readouterr().out


# --- other sites ---


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, False),
        ({"sec-fetch-site": ""}, False),
        ({"origin": "http://testserver"}, True),
        ({"origin": "https://testserver"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "http://testserver.evil.example"}, False),
        ({"origin": "http://testserver:81"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
    ],
)
def test_another_site_cannot_post_for_a_visitor(headers, is_ours):
    anybody = Client(enforce_csrf_checks=True, headers=headers)
    for address in ("/q/", "/api/v1/q/"):
        response = anybody.post(address, "{}", content_type="application/json")
        assert response.status_code == (200 if is_ours else 403)
        assert not response.cookies
    assert is_ours or anybody.post("/api/v1/q/", "{}", content_type="application/json").json()["code"] == "cross_site"


def test_reading_is_open_to_links_from_anywhere():
    check_same_origin(RequestFactory().get("/q/", headers={"sec-fetch-site": "cross-site"}))
    with pytest.raises(NotAllowed):
        check_same_origin(RequestFactory().delete("/q/", headers={"sec-fetch-site": "cross-site"}))


# --- permissions ---


class Account:
    def __init__(self, *, is_authenticated, is_active):
        self.is_authenticated, self.is_active = is_authenticated, is_active


@pytest.mark.parametrize(
    ("is_authenticated", "is_active", "may"), [(True, True, True), (True, False, False), (False, True, False), (False, False, False)]
)
def test_only_a_live_account_that_is_signed_in_passes(is_authenticated, is_active, may):
    request = RequestFactory().get("/")
    request.user = Account(is_authenticated=is_authenticated, is_active=is_active)
    assert IsSignedIn().has_permission(request, None) is may
    assert IsPublic().has_permission(request, None)
    assert issubclass(IsPublic, BasePermission)
