"""What a person reads when something fails: what happened, what to do next, and a number to tell at the phone.

A path of the API is answered by a problem document instead. The pages for faults of the machine itself use no context
processor, no session and no database, for any of them may be what failed.
"""

from __future__ import annotations

import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from foundation.denials import Denial, mark
from foundation.rest.handlers import failed, refused
from foundation.rest.problems import is_api
from portal.context import frame

logger = logging.getLogger(__name__)


def _plain(request: HttpRequest, status: int, template: str) -> HttpResponse:
    return HttpResponse(render_to_string(template, {"hall": frame(request), "status": status}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be understood; or 413, if there is too much of it."""
    if is_api(request):
        return refused(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return _plain(request, 413, "errors/413.html")
    return _plain(request, 400, "errors/400.html")


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person may not see this."""
    if is_api(request):
        return refused(request, exception)
    return render(request, "errors/403.html", {"status": 403}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that came without its token: an old page, or cookies switched off."""
    logger.warning("csrf_failure", extra={"reason": reason})
    return mark(_plain(request, 403, "errors/csrf.html"), Denial(code="csrf_failed"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is nothing at this address."""
    if is_api(request):
        return refused(request, exception)
    return _plain(request, 404, "errors/404.html")


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too many tries; the header ``Retry-After`` is the caller's to set."""
    return _plain(request, 429, "errors/429.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the fault is ours; or 503, if the database is away and it went wrong before a view."""
    if is_api(request):
        return failed(request)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = unavailable(request)
        response["Retry-After"] = "5"
        return response
    return _plain(request, 500, "errors/500.html")


def unavailable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """503: the hall is not open for the moment."""
    return _plain(request, 503, "errors/503.html")
