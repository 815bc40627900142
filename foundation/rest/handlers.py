"""What the site's error handlers call for a path of the API, and what answers a path of it that does not exist.

A view that fails is answered by ``exception_handler``; these are for what fails before a view, or in none.
"""

from __future__ import annotations

import sys

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from foundation.rest.problems import Problem, describe, problem_response

SERVER_ERROR = Problem(
    status=500, code="server_error", detail=_("The hall made a mistake and nothing was changed. Quote the trace id when you ask for help.")
)


def refused(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer 400, 403 or 404 as the exception says."""
    return problem_response(describe(exception or Http404()) or SERVER_ERROR)


def failed(request: HttpRequest) -> JsonResponse:
    """Answer an unhandled exception: 503 if the database is away, else 500. Says nothing about the cause."""
    error = sys.exc_info()[1]
    problem = describe(error) if isinstance(error, Exception) else None
    return problem_response(problem if problem is not None and problem.status >= 500 else SERVER_ERROR)


@csrf_exempt
@login_not_required
def unknown_route(request: HttpRequest, path: str = "") -> JsonResponse:
    """Answer any path of the API that no route takes, in every method, without redirecting to one with a slash."""
    return problem_response(describe(Http404()) or SERVER_ERROR)
