"""What the house promises about itself, held by looking at the code: no operation reads the clock, every address is guarded."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
OURS = ("cases", "foundation", "portal")

# Addresses that anybody may open, written out so that a new one has to be thought about.
PUBLIC = {
    "home",
    "look-up",
    "inquiries",
    "organisations",
    "robots",
    "sitemap",
    "manifest",
    "favicon",
    "security",
    "api-schema",
    "api-docs",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_invitation",
    "mfa_authenticate",
    "exchange-cases",
}


def operation_files():
    return sorted(
        path for package in ("cases", "foundation") for path in (ROOT / package).rglob("operations/*.py") if path.stem != "__init__"
    )


@pytest.mark.parametrize("path", operation_files(), ids=lambda path: path.stem)
def test_operations_are_told_the_time_and_never_read_it(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]

    assert not [node for node in calls if ast.unparse(node.func) in {"timezone.now", "datetime.now", "clock.now", "date.today"}]


def models():
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_table_with_words_of_people_says_what_it_keeps_and_why(model):
    from foundation.encryption.fields import EncryptedTextField

    keeps_personal_data = any(isinstance(field, EncryptedTextField) for field in model._meta.local_fields)
    assert model.__doc__
    assert not keeps_personal_data or "Personal data" in model.__doc__


def patterns(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield pattern, route


def example(route):
    """Return an address that a route matches."""
    import re

    values = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x", "slug": "x", "str": "x", "": "x"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: values.get(found[1] or "", "x"), route).replace("^", "").replace("$", "")


def guarded():
    from portal.web.texts import NAMES

    public = PUBLIC | set(NAMES)
    found = []
    for pattern, route in patterns():
        is_open_data = "open-data" in route
        is_catch_all = route.startswith("api/<path")
        if (pattern.name or "") not in public and not is_open_data and not is_catch_all:
            found.append(pytest.param(route, id=route))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("route", guarded())
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_is_not_signed_in_gets_no_further_than_the_sign_in(route, method):
    answer = getattr(Client(), method)(example(route))

    is_sent_to_sign_in = answer.status_code == 302 and "/accounts/sign-in/" in answer["Location"]
    assert is_sent_to_sign_in or answer.status_code in {401, 403, 405}, (answer.status_code, answer.get("Location"))
