"""The site answers a path of the API with a problem document, and any other with a page."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from portal.web.views import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    return Client(headers={"accept-language": "en"}, raise_request_exception=False)


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing/", "/api/v1/schema", "/api/v9/cases/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_path_of_the_api_is_a_problem_and_never_a_redirect(visitor, method, path):
    response = getattr(visitor, method)(path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["code"] == "not_found"


def test_an_unknown_path_of_the_site_is_a_page(visitor):
    response = visitor.get("/nothing/")
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_forged_host_gets_an_answer_of_the_kind_it_asked_for(visitor):
    headers = {"host": "evil.example"}
    assert visitor.get("/api/v1/schema/", headers=headers).json()["code"] == "malformed"
    assert visitor.get("/", headers=headers)["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("path", "kind"), [("/api/v1/schema/", "application/problem+json"), ("/", "text/html; charset=utf-8")])
@pytest.mark.parametrize(("fault", "status"), [(OperationalError("canary"), 503), (ZeroDivisionError("canary"), 500)])
def test_a_fault_before_any_view_says_nothing_about_itself(path, kind, fault, status):
    try:
        raise fault
    except Exception:
        response = errors.server_error(RequestFactory().get(path))
    assert (response.status_code, response["Content-Type"]) == (status, kind)
    assert ("Retry-After" in response) is (status == 503)
    assert "canary" not in response.text
