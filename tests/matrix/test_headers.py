"""What every answer of every address carries: headers and cookies, for nobody and for somebody (ASVS 5.0: 3.3, 3.4, 14.3)."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.matrix.addresses import address
from tests.matrix.rules import read
from tests.matrix.world import EVERY_POST

pytestmark = pytest.mark.django_db

RULES = [rule for rule in read() if "GET" in rule.deeds]
ORIGIN = {"origin": "https://evil.example", "accept-language": "en"}
# Said to be the same for everybody by the view itself; nothing of a person stands on them.
PUBLIC = frozenset({"open-data", "log", "robots.txt", "sitemap.xml", "manifest.webmanifest", "favicon.ico", ".well-known"})


def faults_of(answer, route, *, is_secure=False):
    """Return what is wrong with the headers and cookies of an answer."""
    policy = answer.headers.get("Content-Security-Policy", "")
    kept = answer.headers.get("Cache-Control", "")
    wrong = {
        "anything may be framed or run": "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy,
        "scripts or styles may stand in pages": "unsafe" in policy,
        "types are guessed": answer.headers.get("X-Content-Type-Options") != "nosniff",
        "addresses are told to other sites": answer.headers.get("Referrer-Policy") not in {"same-origin", "no-referrer"},
        "another site may hold the window": answer.headers.get("Cross-Origin-Opener-Policy") != "same-origin",
        "sensors are open": "camera=()" not in answer.headers.get("Permissions-Policy", ""),
        "another site may read it": any(name.lower().startswith("access-control-") for name in answer.headers),
        "it may be kept": "no-store" not in kept and not ("public" in kept and route.removeprefix("api/v1/").split("/")[0] in PUBLIC),
        "what is public sets a cookie": "public" in kept and bool(answer.cookies),
        "https is not insisted on": is_secure
        and "max-age=31536000; includeSubDomains" not in answer.headers.get("Strict-Transport-Security", ""),
        "the server names itself": any(name in answer.headers for name in ("Server", "X-Powered-By")),
    }
    return [fault for fault, is_so in wrong.items() if is_so] + _faults_of_cookies(answer, is_secure=is_secure)


def _faults_of_cookies(answer, *, is_secure):
    return [
        f"the cookie {name} is not {wanted}"
        for name, cookie in answer.cookies.items()
        for wanted, is_so in {
            "HttpOnly": bool(cookie["httponly"]),
            "SameSite": cookie["samesite"] in {"Lax", "Strict"},
            "for this host only": not cookie["domain"],
            "Secure": bool(cookie["secure"]) or not is_secure,
        }.items()
        if not is_so
    ]


def ask_everywhere(world, *, is_secure=False):
    """Return what is wrong, by address and caller, asking for every page that can be asked for."""
    found = []
    for rule in RULES:
        path = address(rule.route, world.filled(rule.kwargs, "own"))
        for caller in ("anonymous", "resident", EVERY_POST):
            client = Client(raise_request_exception=False)
            client.cookies = world.client(caller).cookies
            before = world.undo.before()
            answer = client.get(path, headers=ORIGIN, secure=is_secure)
            found += [f"/{rule.route} as {caller}: {fault}" for fault in faults_of(answer, rule.route, is_secure=is_secure)]
            world.undo.back_to(before)
    return found


def test_every_answer_is_guarded_kept_by_nobody_and_open_to_no_other_site(world):
    found = ask_everywhere(world)

    assert not found, "\n".join(["", *found])


def test_over_https_every_cookie_is_secure_and_https_is_insisted_on(world, settings):
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
