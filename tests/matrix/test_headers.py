"""The headers that the matrix looks at with every answer (``tests.matrix.headers``), over https, and that it finds what is missing."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.matrix.headers import faults_of

pytestmark = pytest.mark.django_db

ORIGIN = {"origin": "https://evil.example", "accept-language": "en"}


def test_over_https_every_cookie_is_secure_and_https_is_insisted_on(settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True

    found = [
        fault
        for path in ("/", "/q", "/accounts/sign-in/", "/desk/", "/api/v1/schema/", "/nothing/", "/?language=en")
        for fault in _over_https(path)
    ]

    assert not found


def _over_https(path):
    return [f"{path}: {fault}" for fault in faults_of(Client().get(path, headers=ORIGIN, secure=True), path.strip("/"), is_secure=True)]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda answer: answer.headers.pop("Content-Security-Policy"), "anything may be framed or run"),
        (lambda answer: answer.headers.setdefault("Access-Control-Allow-Origin", "*"), "another site may read it"),
        (lambda answer: answer.headers.pop("Cache-Control"), "it may be kept"),
        (lambda answer: answer.headers.pop("X-Content-Type-Options"), "types are guessed"),
        (lambda answer: answer.set_cookie("session", "x", samesite="Lax"), "the cookie session is not HttpOnly"),
        (lambda answer: answer.set_cookie("session", "x", httponly=True, samesite="None"), "the cookie session is not SameSite"),
    ],
)
def test_a_header_or_a_flag_that_is_missing_is_found(spoil, fault):
    answer = HttpResponse(headers=dict(Client().get("/accounts/sign-in/").headers))
    assert faults_of(answer, "accounts/sign-in/") == []
    spoil(answer)

    assert fault in faults_of(answer, "accounts/sign-in/")
