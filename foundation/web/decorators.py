"""Fences for single views."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from foundation.errors import NotAllowed

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def check_same_origin(request: HttpRequest) -> None:
    """Raise :class:`NotAllowed` when a browser says that another site's page made this request.

    A browser always sends ``Sec-Fetch-Site`` or, if it is old, ``Origin`` with a POST, and no page can change either
    (Fetch Standard; W3C Fetch Metadata). A program that sends neither holds no cookies of ours and is let through.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    site = request.headers.get("Sec-Fetch-Site")
    is_ours = site in {"same-origin", "none"} if site is not None else _comes_from_our_host(request)
    if not is_ours:
        raise NotAllowed(_("This request came from another website."), code="cross_site")


def _comes_from_our_host(request: HttpRequest) -> bool:
    """Judge by ``Origin``. The host alone is compared: behind a proxy that ends TLS the scheme seen here may differ."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def same_origin_only(view: View[P]) -> View[P]:
    """Guard a view that anonymous people post to: no other site may, and no cookie is needed.

    It stands in for the CSRF token, which would force a cookie on everybody who only looks a code up.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        check_same_origin(request)
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


class SameOriginOnly:
    """The same guard for a view of the API: put it left of the view class."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Check before the view authenticates, parses or counts anything."""
        check_same_origin(request)
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
