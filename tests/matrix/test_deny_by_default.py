"""Nothing is open unless somebody wrote that it is: every view has a guard, and each guard is one of the hall's own."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from foundation.devices.authentication import FeedSignature, IsFeed, IsKiosk, KioskSignature
from foundation.rest.authentication import SessionAuthentication
from foundation.rest.permissions import IsPublic, IsSignedIn
from tests.matrix.addresses import address, patterns
from tests.matrix.broken import Everybody, without_a_guard
from tests.matrix.rules import read

RULES = {rule.route: rule for rule in read()}
# Who is known how: one way to be known, one right to call. A further kind of caller adds its pair here.
BY_GATE = {
    "anybody": ({(), (KioskSignature,)}, IsPublic),
    "signed-in": ({(SessionAuthentication,)}, IsSignedIn),
    "residents": ({(SessionAuthentication,)}, IsSignedIn),
    "officers": ({(SessionAuthentication,)}, IsSignedIn),
    "feeds": ({(FeedSignature,)}, IsFeed),
    "kiosks": ({(KioskSignature,)}, IsKiosk),
}


def views():
    return [pytest.param(route, pattern.callback, id=route or "/") for route, pattern in patterns() if route in RULES]


# RFC 8058: what a mail reader posts to opens by what the address itself holds, and says no more than its own page.
FROM_MAIL_READERS = {"unsubscribe/<str:token>/"}


def is_open(view):
    """Whether a page's view lets anybody in."""
    return not getattr(view, "login_required", True)


def guards_of(view):
    """Return how a route of the API knows its callers, and what it demands of them."""
    return tuple(view.cls.authentication_classes), tuple(view.cls.permission_classes)


@pytest.mark.parametrize(("route", "view"), views())
def test_each_view_has_the_guard_of_its_gate(route, view):
    gate = RULES[route].gate
    if hasattr(view, "cls"):
        known_by, demands = guards_of(view)
        ways, demanded = BY_GATE[gate]
        # The API's own description is public by the settings of the library that makes it.
        assert known_by in ways or (gate == "anybody" and known_by == (SessionAuthentication,))
        assert [each for each in demands if issubclass(each, demanded)] or (
            gate == "anybody" and route in {"api/v1/schema/", "api/v1/docs/"}
        )
        assert len(demands) == 1
    else:
        assert is_open(view) == (gate == "anybody")


def test_a_view_without_a_guard_is_seen():
    assert is_open(without_a_guard)
    assert guards_of(Everybody.as_view()) == ((), (IsPublic,))


def test_what_says_nothing_is_closed():
    assert "foundation.accounts.middleware.SignInMiddleware" in settings.MIDDLEWARE
    assert settings.REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] == ["foundation.rest.permissions.IsSignedIn"]
    assert settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"] == ["foundation.rest.authentication.SessionAuthentication"]


@pytest.mark.django_db
def test_no_form_is_taken_from_another_site(world):
    """ASVS 5.0: 3.5.1. A change without the token of the hall's own pages is refused, whoever is signed in."""
    taken = []
    for rule in RULES.values():
        if "POST" not in rule.deeds or rule.gate in {"feeds", "kiosks"} or rule.every_method or rule.route in FROM_MAIL_READERS:
            continue
        for caller in ("resident", "every-post"):
            client = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"})
            client.cookies = world.client(caller).cookies
            answer = client.post(address(rule.route, world.filled(rule.kwargs, "own")), {}, content_type="application/json")
            if answer.status_code not in {401, 403}:
                taken.append(f"/{rule.route} as {caller}: {answer.status_code}")

    assert not taken
