"""What every answer of every address carries: headers and cookies, for nobody and for somebody (ASVS 5.0: 3.3, 3.4, 14.3)."""

from __future__ import annotations

from typing import Any

# Said to be the same for everybody by the view itself, and all below; nothing of a person stands on them.
PUBLIC = frozenset(
    {"open-data", "log", "verify/keys.json", "robots.txt", "sitemap.xml", "manifest.webmanifest", "favicon.ico", ".well-known"}
)


def faults_of(answer: Any, route: str, *, is_secure: bool = False) -> list[str]:
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
        "it may be kept": "no-store" not in kept and not ("public" in kept and _is_public(route)),
        "what is public sets a cookie": "public" in kept and bool(answer.cookies),
        "https is not insisted on": is_secure
        and "max-age=31536000; includeSubDomains" not in answer.headers.get("Strict-Transport-Security", ""),
        "the server names itself": any(name in answer.headers for name in ("Server", "X-Powered-By")),
    }
    return [fault for fault, is_so in wrong.items() if is_so] + _faults_of_cookies(answer, is_secure=is_secure)


def _is_public(route: str) -> bool:
    below = route.removeprefix("api/v1/")
    return not PUBLIC.isdisjoint((below, below.split("/")[0]))


def _faults_of_cookies(answer: Any, *, is_secure: bool) -> list[str]:
    return [
        f"the cookie {name} is not {wanted}"
        for name, cookie in answer.cookies.items()
        if cookie.value  # one that is taken back has nothing to protect
        for wanted, is_so in {
            "HttpOnly": bool(cookie["httponly"]),
            "SameSite": cookie["samesite"] in {"Lax", "Strict"},
            "for this host only": not cookie["domain"],
            "Secure": bool(cookie["secure"]) or not is_secure,
        }.items()
        if not is_so
    ]
