"""What every request passes on its way in and out."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes
from django.utils.translation.trans_real import parse_accept_lang_header

from foundation.denials import denial_in, mark
from foundation.errors import DomainError, Unavailable
from foundation.failpoints import failpoint
from foundation.rest.problems import describe, is_api, problem_response
from foundation.trace import current_trace_id, set_trace_id
from foundation.web.actors import actor_label

GetResponse = Callable[[HttpRequest], HttpResponseBase]

log = structlog.get_logger("hall.web")

_TRACEPARENT: Final = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
PERMISSIONS_POLICY: Final = ", ".join(
    f"{feature}=()"
    for feature in ("browsing-topics", "camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
)


class TraceMiddleware:
    """Gives each request a trace id (W3C Trace Context) and, when it is answered, one line in the log."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Continue the caller's trace or begin one; answer with ``traceparent``."""
        began = time.perf_counter()
        found = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
        trace_id, flags = (found[1], found[2]) if found else (secrets.token_hex(16), "00")
        request.trace_id = trace_id  # type: ignore[attr-defined]
        set_trace_id(trace_id)
        structlog.contextvars.clear_contextvars()
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.clear_contextvars()
        failpoint("web.answered")
        # Answers that must not be told apart carry nothing that differs, the trace id included.
        if not getattr(response, "is_uniform", False):
            response["traceparent"] = f"00-{trace_id}-{secrets.token_hex(8)}-{flags}"
        _log_finished(request, response, duration_ms=(time.perf_counter() - began) * 1000)
        return response


def _log_finished(request: HttpRequest, response: HttpResponseBase, *, duration_ms: float) -> None:
    # The route, not the path: what stands in a path may be somebody's reference, and a query may hold anything.
    match = getattr(request, "resolver_match", None)
    log.log(
        40 if response.status_code >= 500 else 20,
        "request.finished",
        method=request.method,
        route=f"/{match.route}" if match else "",
        status=response.status_code,
        duration_ms=round(duration_ms, 1),
        actor=actor_label(request),
    )


class CacheControlMiddleware:
    """Nothing is kept by a browser or a proxy unless a view said that it may be (ASVS 5.0: 14.3.2)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add ``no-store`` where no view decided; a page htmx asked for is another page than the whole one."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("HX-Request",))
        return response


class PermissionsPolicyMiddleware:
    """No page of the hall, and nothing it might be made to show, uses the device's sensors."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the header."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class LanguageMiddleware:
    """Chooses the language: ``?language=`` (kept in a cookie), the cookie, ``Accept-Language``, the hall's own.

    The API is asked by programs and reads ``Accept-Language`` only.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Activate the language for this request, or keep the one that was chosen and send the browser back."""
        chosen = request.GET.get("language", "").lower()
        is_chosen = chosen in dict(settings.LANGUAGES) and not is_api(request)
        if is_chosen and request.method in {"GET", "HEAD"}:
            return _keep_language(request, chosen)
        language = chosen if is_chosen else _language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if getattr(response, "is_wordless", False):
            # Files of the public log: the same for everybody, so that any cache keeps one of each.
            return response
        patch_vary_headers(response, ("Accept-Language",) if is_api(request) else ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language)
        if is_chosen:
            # A page that came from a post cannot be sent for again by a redirect, so it is answered in that language at once.
            _remember_language(response, chosen)
        return response


def _language_of(request: HttpRequest) -> str:
    return _accepted_language(request) if is_api(request) else translation.get_language_from_request(request)


def _keep_language(request: HttpRequest, language: str) -> HttpResponse:
    query = request.GET.copy()
    del query["language"]
    # Without the escape, a path of //host would send the browser to another site.
    path = escape_leading_slashes(request.path)
    response = HttpResponseRedirect(f"{path}?{query.urlencode()}" if query else path)
    _remember_language(response, language)
    return response


def _remember_language(response: HttpResponseBase, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=timedelta(days=365),
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _accepted_language(request: HttpRequest) -> str:
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


class DomainErrorMiddleware:
    """Turns a refusal that a view let through into a page, or for the API into a problem document."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a :class:`DomainError`, and a database that is away; leave everything else to the error handlers."""
        if isinstance(exception, OperationalError | InterfaceError):
            log.exception("database.unavailable", exc_info=exception)
            exception = Unavailable()
        if is_api(request):
            problem = describe(exception)
            return None if problem is None else problem_response(problem)
        return _error_page(request, exception) if isinstance(exception, DomainError) else None


def _error_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    context = {"error": error, "status": error.status, "message": error.message, "trace_id": current_trace_id()}
    try:
        response = HttpResponse(render_to_string("errors/domain.html", context, request), status=error.status)
    except DatabaseError:
        # The page's frame asks who is signed in, which needs the very database that is away.
        response = HttpResponse(str(error.message), status=error.status, content_type="text/plain; charset=utf-8")
    if (retry_after := getattr(error, "retry_after", None)) is not None:
        response["Retry-After"] = str(retry_after)
    return mark(response, denial_in(error))
