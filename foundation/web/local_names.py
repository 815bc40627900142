"""One name for a hall on one's own machine: a browser makes passkeys for ``localhost``, and never for ``127.0.0.1`` (WebAuthn 3, 5.1.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

NUMBER: Final = "127.0.0.1"
NAME: Final = "localhost"
_READING: Final = frozenset({"GET", "HEAD"})


class LocalNameMiddleware:
    """Leads a browser that opens a page at the number to the same page at the name. Programs, and forms, are answered where they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Redirect, or answer."""
        name, colon, port = request.get_host().partition(":")
        # Browsers say so of themselves (Fetch Metadata); whoever does not is no browser that knows passkeys.
        is_opening = request.method in _READING and request.headers.get("sec-fetch-mode") == "navigate"
        if name != NUMBER or not is_opening:
            return self.get_response(request)
        return HttpResponseRedirect(f"http://{NAME}{colon}{port}{request.get_full_path()}")
